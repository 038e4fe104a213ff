// secret: names a password, token or key without holding it; the engine reads it at the last moment, and only the host sees it.
import { inspect } from "node:util";
import { SECRET, hasBrand } from "../brand.ts";
import { ProgramError } from "../program-error.ts";

/** Where the engine finds the value. */
export type SecretSource =
  /** A variable of the environment in which the engine was started. */
  | { readonly env: string }
  /** A file on this machine; `~` is the home folder. One line end at its end is not part of the value. */
  | { readonly file: string }
  /** You are asked once, and the answer is kept in memory. */
  | { readonly ask: true };

/** A secret as it travels between processes. */
export interface SecretValue {
  readonly secret: string;
  readonly from: SecretSource;
}

export interface Secret extends SecretValue {
  readonly [SECRET]: true;
}

/**
 * A reference to something that only a host may see. `name` is what you are asked for and what stands in its place wherever
 * its value would show; without a source you are asked. In `sh` it goes to a program by its standard input, through the
 * shell's own `printf`: an argument or a variable would show in the host's list of processes. Its value has at least 4 characters.
 *
 * @example
 * const token = secret("registry token", { file: "~/.registry-token" });
 * const login = operation("login", () => sh`printf %s ${token} | docker login -u ci --password-stdin registry.lan`);
 * run(login(hosts), pretty("logged in"));
 */
export function secret(name: string, from: SecretSource = { ask: true }): Secret {
  checkName(name);
  checkSource(name, from);
  const value: SecretValue = { secret: name, from: Object.freeze({ ...from }) };
  const shown = `secret ${name}`;
  return Object.freeze(
    Object.defineProperties(value, {
      [SECRET]: { value: true },
      [inspect.custom]: { value: () => shown },
      [Symbol.toPrimitive]: {
        value: () => {
          throw new ProgramError(`${shown} was made into text, which it has not here`, HOW_TO_PASS);
        },
      },
    }),
  ) as Secret;
}

/** What to write instead, wherever a secret stands and may not. */
export const HOW_TO_PASS =
  "hand it to the program by its standard input, with sh: printf %s ${…} | program";

export function isSecret(value: unknown): value is Secret {
  return hasBrand(value, SECRET);
}

/** A secret again, from what a message or another copy of the library brought; nothing when it is none. */
export function asSecret(value: unknown): Secret | undefined {
  if (isSecret(value)) return value;
  if (typeof value !== "object" || value === null) return undefined;
  const { secret: name, from } = value as Partial<SecretValue>;
  return typeof name === "string" && typeof from === "object" ? secret(name, from) : undefined;
}

/** What stands where the value would. */
export function shownInstead({ secret: name }: SecretValue): string {
  return `‹secret ${name}›`;
}

function checkName(name: unknown): void {
  const isName = typeof name === "string" && /^[^\p{Cc}\p{Zl}\p{Zp}]{1,100}$/u.test(name);
  if (isName && name.trim() === name) return;
  throw new ProgramError(
    "the name of a secret is one short line of text",
    'write what it is for, as in secret("registry token")',
  );
}

function checkSource(name: string, from: unknown): void {
  const entries = typeof from === "object" && from !== null ? Object.entries(from) : [];
  const [kind, value] = entries[0] ?? [];
  const isText = typeof value === "string" && value !== "" && !value.includes("\0");
  const isKnown = (kind === "env" || kind === "file") && isText;
  if (entries.length === 1 && (isKnown || (kind === "ask" && value === true))) return;
  throw new ProgramError(
    `secret ${name} does not say where it is found`,
    'give { env: "NAME" }, { file: "~/path" } or { ask: true } after its name; never the value itself',
  );
}
