// A program on a terminal of its own, typed into by a test: Debian's `script` makes the terminal.
import { spawn } from "node:child_process";
import type { Ending } from "./temporary.ts";
import { until } from "./until.ts";

export interface TerminalProgram {
  /** All that the terminal has shown. */
  shown(): string;
  /** Waits until it shows this behind what was waited for before. */
  untilShown(words: RegExp): Promise<void>;
  type(text: string): void;
  /** Its exit code. */
  readonly ended: Promise<number | null>;
}

/** `command` is a line for sh. */
export function startOnTerminal(
  t: Ending,
  command: string,
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): TerminalProgram {
  const words = ["--quiet", "--flush", "--return", "--command", command, "/dev/null"];
  const child = spawn("script", words, { ...options, stdio: ["pipe", "pipe", "inherit"] });
  t.after(() => void child.kill("SIGKILL"));
  let text = "";
  let seen = 0;
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  const ended = new Promise<number | null>((resolve) => {
    child.on("close", (code) => resolve(code));
  });
  return {
    shown: () => text,
    async untilShown(wanted) {
      const found = await until(String(wanted), () => wanted.exec(text.slice(seen)));
      seen += found.index + found[0].length;
    },
    type: (typed) => void child.stdin.write(typed),
    ended,
  };
}
