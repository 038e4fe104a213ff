// What one form costs, from request to shown result: in short and long files, as it stood and just edited, beside `eval` of what it compiles to.
import path from "node:path";
import { pathToFileURL } from "node:url";
import { headOf } from "../../../runtime/live/compile/compile.ts";
import { readDocument } from "../../../runtime/live/text/document.ts";
import { parametersFor, rewrite } from "../../../runtime/live/compile/rewrite.ts";
import { translate, translateTypes } from "../../../runtime/live/compile/translate.ts";
import { type Contender, type Measurement, type Rounds, interleave } from "../frame/interleave.ts";
import type { Series } from "../frame/interleave.ts";
import { type Live, timeOf } from "./live.ts";
import { LongFile, type LongForm } from "./long-file.ts";

/** Forms in a row of which a sample is the mean. */
const FORMS_OF_A_SAMPLE = 10;

export type FormSeries = (name: FormContender) => Series;
export type FormContender = "eval" | `${"same" | "edited"} ${500 | 5000}`;

export async function measureForms(live: Live, rounds: Rounds): Promise<FormSeries> {
  const names = ["same 500", "same 5000", "edited 500", "edited 5000"] as const;
  for (const name of names) await live.load(fileOf(name), new LongFile(linesOf(name)).text);
  const contenders = [...names.map((name) => formContender(live, name)), evalContender()];
  const series = await interleave(contenders, rounds);
  return (name) => series.get(name) ?? { name, samples: [] };
}

type LongContender = Exclude<FormContender, "eval">;

function fileOf(name: LongContender): string {
  return `${name.replace(" ", "-")}.ts`;
}

function linesOf(name: LongContender): number {
  return name.endsWith(" 5000") ? 5000 : 500;
}

/** Each evaluation takes another form than the one before, and of an edited file a text that nobody has seen. */
function formContender(live: Live, name: LongContender): Contender {
  const long = new LongFile(linesOf(name));
  const file = fileOf(name);
  let count = 0;
  const next = () => {
    count += 1;
    return name.startsWith("edited") ? long.edit(count) : long.choose(count);
  };
  return {
    name,
    measure: async () => {
      const forms = Array.from({ length: FORMS_OF_A_SAMPLE }, next);
      return timeOf(forms.length, async () => {
        const form = forms.shift();
        return form && compare(form, await live.show({ file, ...form }));
      });
    },
  };
}

/** The text of the same forms as the evaluator hands it to `eval`, each evaluated once. */
function evalContender(): Contender {
  const long = new LongFile(500);
  let count = 0;
  const next = () => {
    count += 1;
    const form = long.edit(count);
    return { form, script: compiledText(form, count) };
  };
  return {
    name: "eval",
    measure: async (): Promise<Measurement> => {
      const compiled = Array.from({ length: FORMS_OF_A_SAMPLE }, next);
      return timeOf(compiled.length, async () => {
        const one = compiled.shift();
        return one && compare(one.form, await evaluateCompiled(one.script));
      });
    },
  };
}

function compiledText({ text, start }: LongForm, version: number): string {
  const file = path.resolve("form.ts");
  const document = readDocument(file, text);
  const form = document.forms.find((one) => one.start === start);
  if (form === undefined) throw new Error(`no form begins at ${start}`);
  const names = parametersFor(form.text);
  const scopeOf = (name: string) => (name === "base" ? ("file" as const) : undefined);
  const edit = rewrite(text, { form }, scopeOf, names);
  const origin = { url: pathToFileURL(file).href, version, ...document.positionAt(start) };
  const toJavaScript = (typed: string) => translateTypes(file, typed);
  return translate(edit, toJavaScript, origin, { head: `(${headOf(names)}`, tail: "})" });
}

async function evaluateCompiled(script: string): Promise<string> {
  const values: unknown[] = [];
  const publish = (published: Record<string, unknown>) =>
    void values.push(...Object.values(published));
  // The bench compares with exactly this.
  // oxlint-disable-next-line eslint/no-eval
  await ((0, eval)(script) as Compiled)({ base: 1 }, {}, { publish });
  return String(values.at(-1));
}

type Compiled = (file: object, repl: object, form: object) => Promise<void>;

function compare({ display }: LongForm, shown: string): string | undefined {
  return shown === display ? undefined : `${shown} was shown where ${display} was expected`;
}
