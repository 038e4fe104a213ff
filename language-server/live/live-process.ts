// One live process: started as a child with a socket for our messages, ended for good by SIGKILL.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Socket } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";
import {
  createPeer,
  LIVE_CHANNEL_FD,
  liveBindings,
  liveReady,
  type Peer,
  SentText,
  WATCHDOG_FD,
} from "re-ops/server";

export interface LiveProcessOptions {
  /** The file that is the live process. */
  readonly entry: string;
  readonly projectFolder: string;
  /** Where it keeps what files were compiled to; nowhere when absent. */
  readonly compiledFolder?: string;
  readonly log: (line: string) => void;
}

/** How it ended, in words. */
export interface LiveEnd {
  readonly how: string;
  /** `let` values that went with it, as `file: names`. */
  readonly lost: readonly string[];
}

/** `spare`: another's than the one that was named; `idle`: nothing of the user's; `blocked`: it waits outside of JavaScript. */
export type LoopVerdict = (typeof verdicts)[number];

const verdicts = ["break", "spare", "idle", "blocked"] as const;

export interface LiveProcess {
  readonly pid: number;
  readonly peer: Peer;
  /** Remembers which text it has. */
  readonly texts: SentText;
  /** Resolves once it takes evaluations; never when it ends before. */
  readonly ready: Promise<void>;
  /** Resolves when it is gone and its last message was handled; never rejects. */
  readonly ended: Promise<LiveEnd>;
  /**
   * Has the user code broken off that keeps this demand from being answered, of this run only when one is named. Resolves
   * with what the watchdog found.
   */
  breakLoop(demand: number, runId?: string): Promise<LoopVerdict>;
  /** Ends it and what user code started in its process group, whatever it does; `how` is told instead of the signal. */
  kill(how: string): void;
}

/** Without it Node ends itself when code that one of its own callbacks runs is broken off. */
const SURVIVE_BREAKS = "--no-force-async-hooks-checks";

export async function startLiveProcess(options: LiveProcessOptions): Promise<LiveProcess> {
  const { entry, projectFolder, compiledFolder, log } = options;
  const words = [SURVIVE_BREAKS, entry, "--project", projectFolder];
  if (compiledFolder !== undefined) words.push("--compiled", compiledFolder);
  const child = spawn(process.execPath, words, {
    cwd: projectFolder,
    // What user code writes past its console goes to the server's own log.
    stdio: ["ignore", "inherit", "inherit", "pipe", "pipe"],
    // A process group of its own, so that a kill reaches what user code started.
    detached: true,
  });
  await once(child, "spawn");
  const { pid } = child;
  const channel = child.stdio[LIVE_CHANNEL_FD];
  const watchdog = child.stdio[WATCHDOG_FD];
  if (pid === undefined || !(channel instanceof Socket) || !(watchdog instanceof Socket)) {
    throw new Error(`${entry} has no channels`);
  }
  channel.on("error", (error) => {
    log(`the channel of live process ${String(pid)}: ${error.message}`);
  });
  const peer = createPeer(channel, channel, {
    onProblem: (problem) => {
      log(`live process ${String(pid)}: ${problem.message}`);
    },
  });
  const ready = Promise.withResolvers<undefined>();
  peer.onNotification(liveReady, () => {
    ready.resolve(undefined);
  });
  let killed: string | undefined;
  let lost: readonly string[] = [];
  peer.onNotification(liveBindings, ({ files }) => {
    lost = files
      .filter(({ names }) => names.length > 0)
      .map(({ file, names }) => `${path.relative(projectFolder, file)}: ${names.join(", ")}`);
  });
  return {
    pid,
    peer,
    texts: new SentText(),
    ready: ready.promise.then(() => undefined),
    ended: untilEnded(child, peer).then((how) => ({ how: killed ?? how, lost })),
    breakLoop: askWatchdog(watchdog),
    kill: (how) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      killed = how;
      killGroup(pid);
    },
  };
}

function askWatchdog(watchdog: Socket): LiveProcess["breakLoop"] {
  const waiting = new Set<(verdict: LoopVerdict) => void>();
  const lines = createInterface(watchdog);
  for (const source of [watchdog, lines]) {
    source.on("error", () => undefined); // it ended with its process, which `ended` tells
  }
  lines.on("line", (line) => {
    const verdict = verdicts.find((one) => one === line) ?? "idle";
    for (const tell of waiting) tell(verdict);
    waiting.clear();
  });
  return (demand, runId) =>
    new Promise((resolve) => {
      waiting.add(resolve);
      watchdog.write(`${[demand, ...(runId === undefined ? [] : [runId])].join(" ")}\n`);
    });
}

async function untilEnded(child: ChildProcess, peer: Peer): Promise<string> {
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  await peer.closed; // What it said last counts.
  return signal === null ? `ended with exit code ${String(code)}` : `was ended by ${signal}`;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    const gone = error instanceof Error && "code" in error && error.code === "ESRCH";
    if (!gone) throw error;
  }
}
