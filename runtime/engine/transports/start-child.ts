// Starts a program of this machine on the way to a host; that it cannot be started is the host's failure.
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { ConnectionError } from "../host-errors.ts";

/** Resolves once it runs. Where the system starts none, a child has no streams, so nothing may touch them before. */
export async function startChild<T extends ChildProcess>(
  start: () => T,
  program: string,
  place: string,
): Promise<T> {
  try {
    const child = start();
    await once(child, "spawn");
    return child;
  } catch (error) {
    throw describeLack(`cannot start ${program}`, place, error);
  }
}

/** Something that this machine did not give: a process, a file, room. */
export function describeLack(what: string, place: string, error: unknown): ConnectionError {
  const why = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return new ConnectionError(
    "refused",
    `${what} (${place}): ${why}`,
    NEXT[code] ?? "look at the limits on processes and memory of this machine",
    { cause: error },
  );
}

const TOO_MANY_FILES =
  "reach fewer hosts at once (concurrency), or raise the limit on open files of this machine (ulimit -n)";

const NEXT: Readonly<Record<string, string>> = {
  EACCES: "look at its permissions on this machine, and of the folders on PATH",
  EMFILE: TOO_MANY_FILES,
  ENFILE: TOO_MANY_FILES,
  ENOSPC: "make room on this machine's disk for temporary files",
};
