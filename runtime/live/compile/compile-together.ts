// The forms of a file that is loaded, compiled in one piece: one translation, one source map and one `eval` for all of them.
import { pathToFileURL } from "node:url";
import { headOf, scopeIn } from "./compile.ts";
import type { Executable } from "./compiled-pieces.ts";
import type { SourceDocument } from "../text/document.ts";
import { readTogether } from "../text/form.ts";
import type { Form } from "../text/form.ts";
import type { LiveFile } from "../modules/live-file.ts";
import { parametersFor, rewrite } from "./rewrite.ts";
import type { Parameters } from "./rewrite.ts";
import { compose, mappingsToFile, translateTypes } from "./translate.ts";
import type { Mappings, Origin } from "./translate.ts";

/**
 * A function for each form that can be compiled with others. The others, and all of a text that does not compile, are
 * left to be compiled one by one, when it is their turn to fail.
 */
export function compileTogether(
  file: LiveFile,
  document: SourceDocument,
  forms: readonly Form[],
  nextVersion: () => number,
): ReadonlyMap<Form, Executable> {
  const candidates = forms.filter(standsInOnePlace);
  readTogether(candidates);
  const together = candidates.filter(isPlain);
  if (together.length < 2) return new Map();
  try {
    const executables = evaluateJoint(file, document, together, nextVersion());
    return new Map(together.map((form, index) => [form, executables[index] as Executable]));
  } catch {
    return new Map(); // each form says its own mistake when it is compiled alone
  }
}

function evaluateJoint(
  file: LiveFile,
  document: SourceDocument,
  forms: readonly Form[],
  version: number,
): readonly Executable[] {
  const names = parametersFor(document.text);
  const head = headOf(names);
  const origin = { url: pathToFileURL(document.file).href, version };
  const between = `${names.form}(${version});`;
  const { text, mappings } = join(file, document, forms, { names, between, origin });
  const script = translateTypes(document.file, text);
  const code = script.code.replaceAll(between, () => `},${head}`);
  const whole = compose({ ...script, code }, mappings, origin, { head: `[${head}`, tail: "}]" });
  // Evaluating the user's text is what this is for; only an indirect eval keeps true positions, in older versions too.
  // oxlint-disable-next-line eslint/no-eval
  return (0, eval)(whole) as readonly Executable[];
}

interface Joint {
  readonly names: Parameters;
  /** A statement that stands nowhere else: the compiler keeps it where it is. */
  readonly between: string;
  readonly origin: Pick<Origin, "url" | "version">;
}

/** The rewritten forms below each other, for a compiler that sees them as one module. */
function join(
  file: LiveFile,
  document: SourceDocument,
  forms: readonly Form[],
  { names, between, origin }: Joint,
): { readonly text: string; readonly mappings: Mappings } {
  const texts: string[] = [];
  const mappings: Mappings = [];
  for (const form of forms) {
    const scopeOf = scopeIn(file, document, form.inRepl);
    const edit = rewrite(document.text, { form }, scopeOf, names);
    if (texts.length > 0) mappings.push([]);
    texts.push(edit.result.toString());
    mappings.push(...mappingsToFile(edit, { ...origin, ...document.positionAt(form.start) }));
  }
  return { text: texts.join(`\n${between}\n`), mappings };
}

function standsInOnePlace({ kind, parts }: Form): boolean {
  const hasCode = !["import", "export", "types", "repl", "unsupported"].includes(kind);
  return hasCode && parts.length === 1;
}

/** What is refused fails alone; decorators need another compiler. */
function isPlain({ reading }: Form): boolean {
  return reading.refusals.length === 0 && reading.decorators.length === 0;
}
