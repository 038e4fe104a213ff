// Reads the values of secrets at the last moment, from where each says it is, and sees to it that none of them shows later.
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { shownInstead, type SecretValue } from "../../describe/secrets/secret.ts";
import type { KnownAnswer } from "../questions/known-answer.ts";
import type { SecretKind, SecretQuestion } from "../questions/question.ts";
import type { Questions, SecretAnswer } from "../questions/questions.ts";
import { describeUnanswered } from "../questions/unanswered.ts";
import { ConnectionError } from "../host-errors.ts";
import type { Target } from "../transports/transport.ts";
import type { Redaction } from "./redaction.ts";

/** On whose behalf a value is wanted. */
export interface Asking {
  /** What it is for; a person is told. */
  readonly what: SecretKind;
  /** `user@host:port`, or the host as the step names it. */
  readonly host: string;
  readonly evaluationId?: string | undefined;
  /** Wraps the time in which a person is waited for. */
  readonly aside?: Target["aside"];
}

export interface Secrets {
  /** Rejects with `ConnectionError` when the value cannot be had, with the signal's reason when that is aborted. */
  read(secret: SecretValue, asking: Asking, signal: AbortSignal): Promise<KnownAnswer>;
  /** Asks for what has no name in the program, such as the sudo password of one host. Rejects as `read` does. */
  ask(asking: Asking, signal: AbortSignal): Promise<KnownAnswer>;
}

export interface SecretsOptions {
  /** Whose answers are hidden already. */
  readonly questions: Questions;
  readonly redaction: Redaction;
  /** A variable of the environment in which the program was started. */
  readonly readVariable: (name: string) => string | undefined;
  /** The home folder, for `~`. */
  readonly home: () => string | undefined;
}

/** Fewer characters cannot be told from other text. */
export const SHORTEST_SECRET = 4;
/** Of a file; more is no secret that a shell could hold. */
const LARGEST_FILE_BYTES = 64 * 1024;

export function createSecrets(options: SecretsOptions): Secrets {
  const { questions, redaction, readVariable, home } = options;

  async function put(
    { aside, ...asking }: Asking,
    more: Pick<SecretQuestion, "about" | "prompt">,
    signal: AbortSignal,
  ) {
    const question = { ...asking, ...more };
    const given: SecretAnswer = await orAside(questions.askSecret(question, signal), aside);
    if (given.kind !== "answered") throw describeUnanswered(question, given);
    return given;
  }

  return {
    async read(secret, asking, signal) {
      const { from } = secret;
      if ("ask" in from) {
        const name = secret.secret;
        // By its own name, since the same answer may serve other hosts and ends too.
        return put(
          { ...asking, what: "secret" },
          { prompt: name, about: `secret ${name}` },
          signal,
        );
      }
      const value =
        "env" in from
          ? fromVariable(secret, from.env, readVariable)
          : await fromFile(secret, from.file, home());
      if (value.length >= SHORTEST_SECRET) redaction.add(value, shownInstead(secret));
      return { value, right() {}, wrong: () => ({ isAskedAgain: false }) };
    },
    ask: (asking, signal) => put(asking, { about: `${asking.what} ${asking.host}` }, signal),
  };
}

/** An answer that is known needs no place to be lent. */
async function orAside<T>(answer: Promise<T>, aside: Target["aside"]): Promise<T> {
  const isKnown = await Promise.race([
    answer.then(
      () => true,
      () => true, // told to whoever awaits the answer itself
    ),
    new Promise<false>((resolve) => setImmediate(resolve, false)),
  ]);
  return isKnown || aside === undefined ? answer : aside(() => answer, "person");
}

/** What a shell cannot hold, or what could not be hidden; undefined when a script may be given the value. */
export function whyUnfit(value: string): string | undefined {
  if (value.includes("\0")) return "holds a NUL character, which no shell can";
  if (value.length >= SHORTEST_SECRET) return undefined;
  return value === ""
    ? "is empty"
    : `has only ${String(value.length)} characters, and could not be told from other text in what the host prints`;
}

function fromVariable(
  { secret }: SecretValue,
  name: string,
  readVariable: SecretsOptions["readVariable"],
): string {
  const value = readVariable(name);
  if (value !== undefined) return value;
  throw new ConnectionError(
    "refused",
    `secret ${secret} cannot be read: ${name} is not in the environment`,
    `set ${name} before the program or VS Code is started, or name a file instead`,
  );
}

async function fromFile(secret: SecretValue, file: string, home: string | undefined) {
  const place = file.startsWith("~/") ? path.join(home ?? "/", file.slice(2)) : file;
  const bytes = await readSmallFile(place).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw describeUnreadable(secret, place, why);
  });
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(bytes)
      .replace(/\r?\n$/u, "");
  } catch {
    // What it cannot decode is no text; the error would say no more.
    throw describeUnreadable(secret, place, "it is not text in UTF-8");
  }
}

/** Never waits for the other end of a pipe. */
async function readSmallFile(file: string): Promise<Buffer> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await handle.stat()).isFile()) throw new Error(`${file} is no file`);
    const buffer = Buffer.alloc(LARGEST_FILE_BYTES + 1);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    if (bytesRead > LARGEST_FILE_BYTES) throw new Error("it is larger than 64 KiB");
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function describeUnreadable({ secret }: SecretValue, file: string, why: string): ConnectionError {
  return new ConnectionError(
    "refused",
    `secret ${secret} cannot be read from ${file}: ${why}`,
    "look at the file on this machine, and at who may read it",
  );
}
