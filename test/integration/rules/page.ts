// Reads docs/rules.md: each rule with its files, the steps of its example, and what must come of them.

export interface Rule {
  readonly name: string;
  readonly files: ReadonlyMap<string, string>;
  readonly steps: readonly Step[];
}

export type Step = Edit | Evaluation;

export interface Edit {
  readonly does: "change" | "add" | "save";
  readonly line: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface Evaluation {
  readonly does: "expression" | "form" | "written" | "load";
  readonly line: string;
  readonly file: string;
  /** The words at whose beginning the cursor is, or the code that is written. */
  readonly words: string;
  /** One for each time that it is evaluated, all at once. */
  readonly expected: readonly Expected[];
}

export interface Expected {
  readonly display?: string;
  /** Parts of the note. */
  readonly notes: readonly string[];
  readonly error?: { readonly message: string; readonly place: string };
  readonly next?: string;
  readonly printed?: string;
}

/** `{}` stands for code. */
const EDITS: Record<string, (code: readonly string[]) => Omit<Edit, "line">> = {
  "Change {} to {} in {}": ([from = "", to = "", file = ""]) => ({
    does: "change",
    from,
    to,
    file,
  }),
  "Remove {} from {}": ([from = "", file = ""]) => ({ does: "change", from, to: "", file }),
  "Add {} to {}": ([to = "", file = ""]) => ({ does: "add", from: "", to, file }),
  "Save {}": ([file = ""]) => ({ does: "save", from: "", to: "", file }),
};

const EVALUATIONS: Record<string, Evaluation["does"]> = {
  "Ctrl+Enter on {} in {}": "expression",
  "Alt+Enter on {} in {}": "form",
  "Evaluate {} in {}": "written",
  "Load {}": "load",
};

const TWICE = ", twice at once";

/** Every `###` is a rule; all that is not understood is an error that names it. */
export function readRules(page: string): Rule[] {
  const [, ...sections] = page.split(/^### /m);
  return sections.map((section) => {
    const [name = ""] = section.split("\n", 1);
    const [body = ""] = section.split(/^## /m);
    const fences = [...body.matchAll(/^```(\S+)([^\n]*)\n(.*?)^```$/gms)];
    const files = new Map(
      fences.map(([, , label = "", text = ""]) => [fileName(label, text), text]),
    );
    const prose = body.replaceAll(/^```.*?^```$/gms, "");
    const steps = [...prose.matchAll(/^\d+\. (.*(?:\n {3}\S.*)*)/gm)].map(([, line = ""]) =>
      readStep(line.replaceAll(/\n\s+/g, " "), `${name}: `),
    );
    if (files.has("") || files.size === 0) throw new Error(`${name}: a file without a name`);
    if (!steps.some((step) => "expected" in step)) throw new Error(`${name}: it shows nothing`);
    for (const { file, line } of steps) {
      if (!files.has(file)) throw new Error(`${name}: there is no ${file} in the step: ${line}`);
    }
    return { name, files, steps };
  });
}

/** After the language, or in a comment on the first line, where a reader sees it too. */
function fileName(label: string, text: string): string {
  return label.trim() || (/^\/\/ (\S+)\n/.exec(text)?.[1] ?? "");
}

function readStep(line: string, where: string): Step {
  const [did = "", ...outcomes] = line.split(" → ");
  const { shape, code } = parseCode(did);
  const isTwice = shape.endsWith(TWICE);
  const action = isTwice ? shape.slice(0, -TWICE.length) : shape;
  const edit = EDITS[action];
  if (edit !== undefined && outcomes.length === 0) return { ...edit(code), line };
  const does = EVALUATIONS[action];
  const [outcome] = outcomes;
  if (does === undefined || outcome === undefined || outcomes.length > 1) {
    throw new Error(`${where}a step is not understood: ${line}`);
  }
  const parts = isTwice ? outcome.split(" and ") : [outcome];
  const expected = parts.map((part) => readExpected(part, `${where}${line}: `));
  const [words = "", file = words] = code;
  return { does, line, file, words, expected };
}

function readExpected(outcome: string, where: string): Expected {
  let expected: Expected = { notes: [] };
  const { shape, code } = parseCode(outcome);
  const values = code.values();
  const next = () => values.next().value ?? "";
  for (const clause of shape.split("; ")) expected = addClause(expected, clause, next, where);
  return expected;
}

function addClause(
  expected: Expected,
  clause: string,
  next: () => string,
  where: string,
): Expected {
  switch (clause) {
    case "{}":
      return { ...expected, display: next() };
    case "nothing":
      return { ...expected, display: "" };
    case "note {}":
      return { ...expected, notes: [...expected.notes, next()] };
    case "error {} at {}":
      return { ...expected, error: { message: next(), place: next() } };
    case "next {}":
      return { ...expected, next: next() };
    case "printed {}":
      return { ...expected, printed: next() };
    default:
      throw new Error(`${where}"${clause}" is not understood`);
  }
}

/** Spans of code, in order, and what stands between them. */
function parseCode(line: string): { shape: string; code: string[] } {
  const code: string[] = [];
  const shape = line.replaceAll(/(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)/g, (_, _ticks, span: string) => {
    code.push(/^ .*\S.* $/.test(span) ? span.slice(1, -1) : span);
    return "{}";
  });
  return { shape, code };
}
