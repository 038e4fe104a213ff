// Script: text for a POSIX shell, made by the `sh` tag, which quotes every hole. Strings enter a shell only through here.
import { SCRIPT, hasBrand } from "../brand.ts";
import { ProgramError } from "../program-error.ts";
import { HOW_TO_PASS, isSecret, type Secret, type SecretValue } from "../secrets/secret.ts";
import { HoleFinder, type UnsafePlace } from "./holes.ts";

export interface Script {
  readonly [SCRIPT]: true;
  /** The text that a POSIX shell will read. */
  readonly text: string;
  /** What the host is to see in places of the text; a stand-in is there until it leaves for the host. */
  readonly secrets?: readonly ScriptSecret[];
}

export interface ScriptSecret {
  /** Where in the text its stand-in begins, in UTF-16 units. */
  readonly at: number;
  readonly secret: SecretValue;
}

/** Stands in a script for a secret; a shell that gets to see it ends with an error. */
export const STAND_IN = '"${RE_OPS_SECRET:?was not filled in}"';

/** What a hole of `sh` takes: a word, several words, another script, a secret, or nothing (`undefined`, `""`, `[]`). */
export type Hole =
  string | number | Script | Secret | undefined | readonly (string | number | Script)[];

/**
 * A shell script, read by the shell as it stands here (`\n` stays `\n`; only `` \` `` and `\${` lose their backslash), in
 * which each hole is quoted: a string is one word whatever it holds, an array is several words, another script goes in as
 * it is. A hole that holds nothing (`undefined`, `""`, `[]`) leaves nothing. A secret is a word too, that only the shell's own
 * `printf` may print: `printf %s ${token} | program`.
 * Throws `ProgramError` for a hole between quotes of your own, for a NUL character and for anything that is no `Hole`.
 *
 * @example
 * sh`cp -- ${"my file"} ${"/tmp"}`.text; // cp -- 'my file' '/tmp'
 */
export function sh(texts: TemplateStringsArray, ...holes: readonly Hole[]): Script {
  const [first = "", ...others] = texts.raw.map(withoutTemplateEscapes);
  const finder = new HoleFinder();
  const secrets: ScriptSecret[] = [];
  let text = first;
  let before = first;
  for (const [index, after] of others.entries()) {
    const hole = holes[index];
    const unsafe = finder.read(before);
    if (unsafe !== undefined && !isScript(hole)) throw unsafeHole(unsafe, before);
    for (const { at, secret } of readSecrets(hole, finder)) {
      secrets.push({ at: text.length + at, secret });
    }
    text += fill(hole) + after;
    before = after;
  }
  const made = script(text);
  return secrets.length === 0 ? made : { ...made, secrets };
}

/** What the hole holds of secrets, by their places in what fills it; throws where a program's arguments would show one. */
function readSecrets(hole: unknown, finder: HoleFinder): readonly ScriptSecret[] {
  if (isScript(hole) && hole.secrets !== undefined) {
    let start = 0;
    for (const { at, secret } of hole.secrets) {
      finder.read(hole.text.slice(start, at));
      checkSecretPlace(finder, secret);
      start = at + STAND_IN.length;
    }
    finder.read(hole.text.slice(start));
    return hole.secrets;
  }
  const secret = isSecret(hole) ? hole : undefined;
  if (secret !== undefined) checkSecretPlace(finder, secret);
  else finder.passHole();
  return secret === undefined ? [] : [{ at: 0, secret }];
}

function checkSecretPlace(finder: HoleFinder, { secret: name }: SecretValue): void {
  if (!finder.isPrinted()) {
    throw new ProgramError(
      `secret ${name} stands where ps or the environment would show it on the host: only the shell's own printf may take it, and not inside $(…)`,
      HOW_TO_PASS,
    );
  }
  finder.passHole();
}

/** Text that is already shell, taken as it stands: what `exec` is given. */
export function script(text: string): Script {
  checkText(text);
  if (text.includes("\0")) {
    throw new ProgramError("a shell script cannot hold a NUL character", "remove it from the text");
  }
  return { [SCRIPT]: true, text };
}

/** One word, also when it is empty. */
export function word(text: string | number): Script {
  if (typeof text !== "number") checkText(text);
  return script(quote(String(text)));
}

/** Flags given as one string ("-l -a") or as an array: a word each, so that a space separates and nothing else is special. */
export function flags(given: string | readonly string[]): readonly string[] {
  return typeof given === "string" ? given.split(/\s+/).filter((flag) => flag !== "") : given;
}

export function isScript(value: unknown): value is Script {
  return hasBrand(value, SCRIPT);
}

/** Code without types, or whose types were not checked, may forget an argument: a file named `undefined` is never meant. */
function checkText(text: unknown): asserts text is string {
  if (typeof text === "string") return;
  if (isSecret(text)) {
    throw new ProgramError(
      `secret ${text.secret} was given where text is needed, which it has not here`,
      HOW_TO_PASS,
    );
  }
  throw new ProgramError(
    `an operation needs text here, not ${text === null ? "null" : typeof text}`,
    "look at its arguments: one is missing, or is no string",
  );
}

/** JavaScript needs a backslash before these two; the shell is not meant to see it. */
function withoutTemplateEscapes(raw: string): string {
  return raw.replaceAll(/\\(\\|`|\$\{)/gu, (both: string, escaped: string) =>
    escaped === "\\" ? both : escaped,
  );
}

function unsafeHole(place: UnsafePlace, before: string): ProgramError {
  const quotes = place === "single quotes" || place === "double quotes" || place === "backquotes";
  return new ProgramError(
    `a hole of sh stands in ${place}, after ${JSON.stringify(before.slice(-20))}`,
    quotes
      ? `take the ${place} round it away; sh quotes what it holds`
      : "give the text to a command as a word, as in printf '%s' with the hole after it",
  );
}

function fill(hole: unknown): string {
  if (hole === undefined || hole === "") return "";
  if (typeof hole === "string" || typeof hole === "number") return quote(String(hole));
  if (isScript(hole)) return hole.text;
  if (isSecret(hole)) return STAND_IN;
  if (Array.isArray(hole)) return hole.map(fillItem).join(" ");
  throw new ProgramError(
    `sh takes strings, numbers, scripts and arrays of them, not ${typeof hole}`,
    "convert the value to a string first",
  );
}

function fillItem(item: unknown): string {
  if (!isSecret(item) && !(isScript(item) && item.secrets !== undefined)) {
    return item === "" ? "''" : fill(item);
  }
  throw new ProgramError("a secret stands in an array of words", "give it a hole of its own");
}

/** POSIX single quotes: nothing inside is special, and a quote itself leaves them for a moment. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
