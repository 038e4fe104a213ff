// Asks a program of this machine: what it says until it ends, or why it could not be asked.
import { execFile } from "node:child_process";
import type { Environment } from "./transport.ts";

export interface ProgramAnswer {
  /** It could not be started, was too slow, or ended with a code other than 0. */
  readonly failure?: ProgramFailure;
  readonly out: string;
  readonly err: string;
}

export interface ProgramFailure extends Error {
  readonly code?: string | number | null;
  readonly syscall?: string | undefined;
  readonly killed?: boolean;
}

export interface AskOptions {
  readonly environment: Environment;
  readonly timeoutMs: number;
}

/** Its input is empty. Never rejects. */
export function askProgram(
  program: string,
  words: readonly string[],
  { environment, timeoutMs }: AskOptions,
): Promise<ProgramAnswer> {
  const { promise, resolve } = Promise.withResolvers<ProgramAnswer>();
  const options = { env: { ...environment }, timeout: timeoutMs, killSignal: "SIGKILL" } as const;
  const tell = (failure: ProgramFailure | null, out: string, err: string) =>
    resolve({ ...(failure !== null && { failure }), out, err });
  try {
    execFile(program, words, options, tell).stdin?.end();
  } catch (error) {
    // Node tells some of what keeps a program from being started at once, such as too little memory.
    tell(error instanceof Error ? error : new Error(String(error)), "", "");
  }
  return promise;
}
