// Drives the steps of a rule as an editor would, and compares what comes with what the page says.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Evaluation, Expected, Rule, Step } from "./page.ts";

export type Mode = "expression" | "form" | "file";

export interface Request {
  readonly file: string;
  readonly text: string;
  readonly selection: { readonly start: number; readonly end: number };
  readonly mode: Mode;
}

/** What a user sees of one evaluation. */
export type Seen = { readonly printed: string } & (
  | { readonly kind: "value"; readonly display: string; readonly note?: string }
  | {
      readonly kind: "error";
      readonly error: {
        readonly message: string;
        readonly next?: string;
        readonly file: string;
        readonly line: number;
      };
    }
  | { readonly kind: "interrupted" }
);

/** One of the ways in which user code is evaluated. */
export interface Binding {
  readonly projectFolder: string;
  evaluate(request: Request): Promise<Seen>;
}

export async function drive(rule: Rule, folderName: string, binding: Binding): Promise<void> {
  const folder = path.join(binding.projectFolder, folderName);
  const editor = new Map(rule.files);
  const save = async (file: string) => {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), editor.get(file) ?? "");
  };
  for (const file of rule.files.keys()) await save(file);
  for (const step of rule.steps) {
    const text = editor.get(step.file) ?? "";
    if ("expected" in step) await evaluateStep(step, text, folder, binding);
    else if (step.does === "save") await save(step.file);
    else editor.set(step.file, edited(step, text));
  }
}

function edited({ does, from, to, line }: Exclude<Step, Evaluation>, text: string): string {
  if (does === "add") return `${text}${to}\n`;
  assert.ok(text.includes(from), `what is changed does not stand in the text: ${line}`);
  return text.replace(from, () => to);
}

async function evaluateStep(
  step: Evaluation,
  text: string,
  folder: string,
  binding: Binding,
): Promise<void> {
  const request = { file: path.join(folder, step.file), ...requestOf(step, text) };
  const all = await Promise.all(step.expected.map(() => binding.evaluate(request)));
  for (const [index, expected] of step.expected.entries()) {
    const seen = all[index];
    assert.ok(seen !== undefined);
    assert.deepEqual(told(seen, expected, folder), wanted(expected), step.line);
  }
}

function requestOf({ does, words, line }: Evaluation, text: string): Omit<Request, "file"> {
  if (does === "load") return { text, selection: { start: 0, end: 0 }, mode: "file" };
  if (does === "written") {
    const end = text.length + words.length;
    return { text: text + words, selection: { start: text.length, end }, mode: "expression" };
  }
  const start = text.indexOf(words);
  assert.notEqual(start, -1, `the cursor's place does not stand in the text: ${line}`);
  return { text, selection: { start, end: start }, mode: does };
}

interface Told {
  readonly display: string | undefined;
  readonly error: string | undefined;
  readonly place: string | undefined;
  readonly next: string | undefined;
  readonly note: string | undefined;
  readonly printed: string;
}

function wanted({ display, error, next, notes, printed = "" }: Expected): Told {
  const note = notes.length === 0 ? undefined : notes.join(" … ");
  return { display, error: error?.message, place: error?.place, next, note, printed };
}

/** What the page mentions of a text may be a part of it; what it does not mention must not be there. */
function told(seen: Seen, expected: Expected, folder: string): Told {
  const error = seen.kind === "error" ? seen.error : undefined;
  const note = seen.kind === "value" ? seen.note : undefined;
  const isNoted = note !== undefined && expected.notes.every((part) => note.includes(part));
  return {
    display: seen.kind === "value" ? seen.display : seen.kind === "error" ? undefined : seen.kind,
    error: part(error?.message, expected.error?.message),
    place: error && `${path.relative(folder, error.file)}:${String(error.line)}`,
    // A mend that the page does not mention may be there all the same.
    next: expected.next === undefined ? undefined : part(error?.next, expected.next),
    note: isNoted && expected.notes.length > 0 ? expected.notes.join(" … ") : note,
    // The page shows lines beside each other.
    printed: seen.printed.trimEnd().replaceAll("\n", " "),
  };
}

function part(whole: string | undefined, mentioned: string | undefined): string | undefined {
  return mentioned !== undefined && whole?.includes(mentioned) === true ? mentioned : whole;
}
