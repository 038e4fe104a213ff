// Asks on the terminal that a program was started from, as ssh does: on /dev/tty, whatever its input and output are, without echo.
import { openSync } from "node:fs";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { ReadStream, WriteStream } from "node:tty";
import type { Asker } from "../engine/questions/question.ts";
import { readChosen } from "./chosen-keys.ts";
import { describePlace, describeSecretQuestion } from "../protocol/question-words.ts";
import type { UnknownHostKey } from "../protocol/questions.ts";

/** Without a terminal there is nobody. */
export function createTerminalAsker(): Asker {
  return {
    async askSecret(question, signal) {
      if (question.keptOnly) return { kind: "declined" }; // nothing is kept here
      const { title, detail } = describeSecretQuestion(question);
      const wrong = question.retry ? "That was wrong. " : "";
      const more = detail === undefined ? "" : `re-ops: ${detail}\n`;
      const value = await ask(`${more}re-ops: ${wrong}${title}: `, { isShown: false }, signal);
      if (value === "no terminal") return { kind: "nobody" };
      return value === undefined ? { kind: "declined" } : { kind: "answered", ...value };
    },
    async askHostKeys({ keys }, signal) {
      let words = `${describeKeys(keys)}re-ops: ${describeChoice(keys.length)} `;
      for (;;) {
        const given = await ask(words, { isShown: true }, signal);
        if (given === "no terminal") return { kind: "nobody" };
        if (given === undefined) return { kind: "declined" };
        const trusted = readChosen(given.value, keys.length);
        if (trusted !== undefined) return { kind: "answered", trusted };
        words = `re-ops: that is none of the answers; ${describeChoice(keys.length)} `;
      }
    },
    forget() {}, // nothing is kept here
  };
}

function describeKeys(keys: readonly UnknownHostKey[]): string {
  const width = String(keys.length).length;
  const lines = keys.map((key, position) => {
    const number = keys.length === 1 ? "" : `${String(position + 1).padStart(width)}  `;
    const note = key.note === undefined ? "" : ` (${key.note})`;
    return `  ${number}${describePlace(key)}  ${key.type} ${key.fingerprint}${note}\n`;
  });
  const them = keys.length === 1 ? "this host key" : `these ${String(keys.length)} host keys`;
  return `re-ops: nobody has trusted ${them} yet:\n${lines.join("")}`;
}

function describeChoice(count: number): string {
  return count === 1
    ? "trust it? (yes/no)"
    : `which of them do you trust? (yes for all, no for none, or numbers, such as 1,${String(count)} or 1-${String(count)})`;
}

interface Terminal {
  readonly input: ReadStream;
  readonly output: WriteStream;
}

function openTerminal(): Terminal | undefined {
  try {
    return {
      input: new ReadStream(openSync("/dev/tty", "r")),
      output: new WriteStream(openSync("/dev/tty", "w")),
    };
  } catch {
    return undefined; // started by a timer, a service or a pipeline: there is nobody
  }
}

/** One line; undefined when it was ended by Ctrl+C, Ctrl+D or the signal. */
async function ask(
  words: string,
  { isShown }: { readonly isShown: boolean },
  signal: AbortSignal,
): Promise<{ readonly value: string } | undefined | "no terminal"> {
  const terminal = openTerminal();
  if (terminal === undefined) return "no terminal";
  const { input, output } = terminal;
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({
    input,
    output: isShown ? output : silent,
    terminal: true,
    historySize: 0,
  });
  output.write(words); // from here on nothing that is typed is echoed
  const line = Promise.withResolvers<{ readonly value: string } | undefined>();
  lines.once("line", (value) => line.resolve({ value }));
  lines.once("close", () => line.resolve(undefined));
  // The terminal is told to hand Ctrl+C to us, so that it may be echoed nowhere: it is a signal all the same.
  lines.once("SIGINT", () => process.kill(process.pid, "SIGINT"));
  const close = () => lines.close();
  signal.addEventListener("abort", close, { once: true });
  if (signal.aborted) close();
  try {
    return await line.promise;
  } finally {
    signal.removeEventListener("abort", close);
    lines.close();
    if (!isShown) output.write("\n");
    input.destroy();
    output.destroy();
  }
}
