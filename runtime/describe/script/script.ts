// Script: text for a POSIX shell, made by the `sh` tag, which quotes every hole. Strings enter a shell only through here.
import { SCRIPT, hasBrand } from "../brand.ts";
import { ProgramError } from "../program-error.ts";

export interface Script {
  readonly [SCRIPT]: true;
  /** The text that a POSIX shell will read. */
  readonly text: string;
}

/** What a hole of `sh` takes: a word, several words, another script, or nothing (`undefined`, `""`, `[]`). */
export type Hole = string | number | Script | undefined | readonly (string | number | Script)[];

/**
 * A shell script in which each hole is quoted: a string is one word whatever it holds, an array is several words, another
 * script goes in as it is. A hole that holds nothing (`undefined`, `""`, `[]`) leaves nothing; `word("")` is an empty word.
 * Throws `ProgramError` for a NUL character and for anything that is no `Hole`.
 *
 * @example
 * sh`cp -- ${"my file"} ${"/tmp"}`.text; // cp -- 'my file' '/tmp'
 */
export function sh(texts: TemplateStringsArray, ...holes: readonly Hole[]): Script {
  let text = texts[0] ?? "";
  holes.forEach((hole, index) => {
    text += fill(hole) + (texts[index + 1] ?? "");
  });
  return script(text);
}

/** Text that is already shell, taken as it stands: what `exec` is given. */
export function script(text: string): Script {
  if (text.includes("\0")) {
    throw new ProgramError("a shell script cannot hold a NUL character", "remove it from the text");
  }
  return { [SCRIPT]: true, text };
}

/** One word, also when it is empty. */
export function word(text: string | number): Script {
  return script(quote(String(text)));
}

/** Flags given as one string ("-l -a") or as an array: a word each, so that a space separates and nothing else is special. */
export function flags(given: string | readonly string[]): readonly string[] {
  return typeof given === "string" ? given.split(/\s+/).filter((flag) => flag !== "") : given;
}

export function isScript(value: unknown): value is Script {
  return hasBrand(value, SCRIPT);
}

function fill(hole: unknown): string {
  if (hole === undefined || hole === "") return "";
  if (typeof hole === "string" || typeof hole === "number") return quote(String(hole));
  if (isScript(hole)) return hole.text;
  if (Array.isArray(hole)) return hole.map((item) => (item === "" ? "''" : fill(item))).join(" ");
  throw new ProgramError(
    `sh takes strings, numbers, scripts and arrays of them, not ${typeof hole}`,
    "convert the value to a string first",
  );
}

/** POSIX single quotes: nothing inside is special, and a quote itself leaves them for a moment. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
