// The forms of a file that is loaded, compiled in one piece: one translation, one source map and one script for all of them.
import { pathToFileURL } from "node:url";
import { headOf, scopeIn } from "./compile.ts";
import type { SourceDocument } from "../text/document.ts";
import { readTogether } from "../text/read-together.ts";
import type { Form } from "../text/form.ts";
import type { LiveFile } from "../modules/live-file.ts";
import { parametersFor, rewrite } from "./rewrite.ts";
import type { Parameters, ScopeOf } from "./rewrite.ts";
import { mapThrough, mappingsToFile, translateTypes } from "./translate.ts";
import type { Mappings } from "./translate.ts";

/** Forms that were compiled in one piece, as text: fit to be kept as JSON. */
export interface JointText {
  /** Which forms of the document they are. */
  readonly forms: readonly number[];
  /** A list of functions, one for each. */
  readonly code: string;
  /** From the code to the file. */
  readonly mappings: string;
  readonly taken: readonly TakenName[];
}

/** What a name was taken for: the file's own, or for JavaScript to find. */
interface TakenName {
  readonly name: string;
  readonly isTypeof: boolean;
  readonly isOfFile: boolean;
}

/** Those of these forms that can be compiled with others. Throws when their text does not compile. */
export function translateTogether(
  file: LiveFile,
  document: SourceDocument,
  forms: readonly Form[],
): JointText {
  const candidates = forms.filter(standsInOnePlace);
  readTogether(candidates);
  const together = candidates.filter(isPlain);
  const names = parametersFor(document.text);
  const head = headOf(names);
  const taken = new Map<string, TakenName>();
  const scopeOf = noting(scopeIn(file, document, false), taken);
  const { text, mappings } = join(document, together, names, scopeOf);
  const script = translateTypes(document.file, text);
  return {
    forms: together.map((form) => document.forms.indexOf(form)),
    // In brackets V8 compiles a function at once: looking through it now and compiling it when it is called costs twice.
    code: `[(${head}\n${script.code.replaceAll(between(names), () => `}),(${head}`)}\n})]`,
    mappings: mapThrough(script.map, mappings, pathToFileURL(document.file).href),
    taken: [...taken.values()],
  };
}

/** Whether every name still means what it was taken for; makes sure that those of the file can be read. */
export function isAsTaken(file: LiveFile, document: SourceDocument, joint: JointText): boolean {
  const scopeOf = scopeIn(file, document, false);
  return joint.taken.every(
    ({ name, isTypeof, isOfFile }) => (scopeOf(name, isTypeof) === "file") === isOfFile,
  );
}

/** The rewritten forms below each other, for a compiler that sees them as one module. */
function join(
  document: SourceDocument,
  forms: readonly Form[],
  names: Parameters,
  scopeOf: ScopeOf,
): { readonly text: string; readonly mappings: Mappings } {
  const texts: string[] = [];
  const mappings: Mappings = [];
  for (const form of forms) {
    const edit = rewrite(document.text, { form }, scopeOf, names);
    if (texts.length > 0) mappings.push([]);
    texts.push(edit.result.toString());
    mappings.push(...mappingsToFile(edit, document.positionAt(form.start)));
  }
  return { text: texts.join(`\n${between(names)}\n`), mappings };
}

/** A statement that stands nowhere else: the compiler keeps it where it is. */
function between({ form }: Parameters): string {
  return `${form}();`;
}

function noting(scopeOf: ScopeOf, taken: Map<string, TakenName>): ScopeOf {
  return (name, isTypeof) => {
    const scope = scopeOf(name, isTypeof);
    taken.set(`${name} ${isTypeof}`, { name, isTypeof, isOfFile: scope === "file" });
    return scope;
  };
}

export function standsInOnePlace({ kind, isApart }: Form): boolean {
  return !isApart && !["import", "export", "types", "repl", "unsupported"].includes(kind);
}

/** What is refused fails alone; decorators need another compiler. */
function isPlain({ reading }: Form): boolean {
  return reading.refusals.length === 0 && reading.decorators.length === 0;
}
