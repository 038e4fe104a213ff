// A master: the system's ssh, which connects, logs in and goes into the background, where its control socket serves us.
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { startChild } from "../../start-child.ts";
import { ConnectionError } from "../../../host-errors.ts";
import type { Environment } from "../../transport.ts";
import { type FailureContext, describeMasterFailure } from "./failures.ts";
import type { Said } from "./said.ts";

export interface Master {
  /** Resolves when it has ended, and nobody is left who could say something. */
  readonly silent: Promise<void>;
}

export interface MasterStart {
  readonly words: readonly string[];
  readonly environment: Environment;
  readonly context: FailureContext;
  /** Hears what it says, to its end. */
  readonly said: Said;
  readonly onPid: (pid: number) => void;
}

/** Resolves when its control socket serves. Rejects with `ConnectionError`, or with the signal's reason once it has ended. */
export async function startMaster(start: MasterStart, signal: AbortSignal): Promise<Master> {
  const { words, environment, context, said, onPid } = start;
  // A process group of its own: Ctrl+C in a terminal is for us to answer, and what it starts ends with it.
  const options: SpawnOptions = {
    env: { ...environment },
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  };
  const child = await startSsh(() => {
    const started = spawn("ssh", words, options);
    if (started.pid !== undefined) onPid(started.pid);
    return started;
  }, context);
  const stderr = child.stderr as Socket;
  stderr.setEncoding("utf8").on("data", (text: string) => said.push(text));
  const silent = once(stderr, "close").then(() => {});
  const kill = () => killGroup(child);
  signal.addEventListener("abort", kill, { once: true });
  if (signal.aborted) kill();
  try {
    const [code] = (await once(child, "exit")) as [number | null];
    if (code === 0) {
      stderr.unref(); // From now on it must not keep a script alive.
      return { silent };
    }
    await silent;
    signal.throwIfAborted();
    throw describeMasterFailure(said, code, context);
  } finally {
    signal.removeEventListener("abort", kill);
  }
}

async function startSsh(start: () => ChildProcess, context: FailureContext): Promise<ChildProcess> {
  try {
    return await startChild(start, "the system's ssh", context.place);
  } catch (error) {
    throw error instanceof Error && isMissing(error.cause) ? describeMissing(context) : error;
  }
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself in this moment.
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

export function describeMissing({ place }: FailureContext): ConnectionError {
  return new ConnectionError(
    "refused",
    `there is no ssh on PATH, which is needed to reach it (${place})`,
    "install OpenSSH's client on this machine (Debian: openssh-client)",
  );
}
