// Ends what we have started even when this process is killed: a small sh that reads which processes those are until its input ends.
import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import type { Environment } from "../../transport.ts";

export interface Keeper {
  /** Before something is started, so that nothing lies between its start and its keeping; gives what to do if it never is. */
  prepare(): () => void;
  /** From now on the process ends with this one; gives how to let go of it, which must follow its end. */
  keep(pid: number): () => void;
}

/** A number that belongs to another program by now is left alone, as far as the system can tell. */
const SCRIPT = `
kept=' '
while read -r what pid; do
  case $what in
    keep) kept="$kept$pid " ;;
    drop) kept="\${kept%% $pid *} \${kept#* $pid }" ;;
  esac
done
for pid in $kept; do
  case $(ps -o comm= -p "$pid" 2>/dev/null || echo ssh) in *ssh) kill "$pid" 2>/dev/null ;; esac
done
`;

/** It runs only while there is something to keep, and does not keep this process alive. */
export function createKeeper(environment: Environment): Keeper {
  const pids = new Set<number>();
  let input: Socket | undefined;

  /** Undefined when the system starts no further process, which is told by what is to be kept: it cannot start either. */
  function start(): Socket | undefined {
    const child = spawnShell(environment);
    if (child === undefined) return undefined;
    const started = (child.stdin as Socket | null | undefined) ?? undefined;
    forgetAtEnd(child, () => {
      if (input === started) input = undefined;
    });
    if (started === undefined) return undefined;
    child.unref();
    started.unref();
    for (const pid of pids) started.write(`keep ${pid}\n`);
    return started;
  }

  function rest(): void {
    if (pids.size > 0) return;
    input?.end();
    input = undefined;
  }

  return {
    prepare() {
      input ??= start();
      return rest;
    },
    keep(pid) {
      input ??= start();
      pids.add(pid);
      input?.write(`keep ${pid}\n`);
      return () => {
        if (!pids.delete(pid)) return;
        input?.write(`drop ${pid}\n`);
        rest();
      };
    },
  };
}

/** Undefined for what Node tells at once, such as too little memory; the rest is told by an event, and gives a child without input. */
function spawnShell(environment: Environment): ChildProcess | undefined {
  try {
    return spawn("sh", ["-c", SCRIPT], {
      env: { ...environment },
      stdio: ["pipe", "ignore", "ignore"],
      detached: true, // Ctrl+C in a terminal is not for it.
    });
  } catch {
    return undefined; // What is to be kept cannot start either, and says why.
  }
}

/** One that cannot be started or dies is replaced when the next process comes. */
function forgetAtEnd(child: ChildProcess, forget: () => void): void {
  child.once("exit", forget);
  child.on("error", forget);
  child.stdin?.on("error", forget);
}
