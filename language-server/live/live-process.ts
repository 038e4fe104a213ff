// One live process: started as a child with a socket for our messages, ended for good by SIGKILL.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Socket } from "node:net";
import path from "node:path";
import {
  createPeer,
  LIVE_CHANNEL_FD,
  liveBindings,
  liveReady,
  type Peer,
  SentText,
} from "re-ops/server";

export interface LiveProcessOptions {
  /** The file that is the live process. */
  readonly entry: string;
  readonly projectFolder: string;
  readonly log: (line: string) => void;
}

/** How it ended, in words. */
export interface LiveEnd {
  readonly how: string;
  /** `let` values that went with it, as `file: names`. */
  readonly lost: readonly string[];
}

export interface LiveProcess {
  readonly pid: number;
  readonly peer: Peer;
  /** Remembers which text it has. */
  readonly texts: SentText;
  /** Resolves once it takes evaluations; never when it ends before. */
  readonly ready: Promise<void>;
  /** Resolves when it is gone and its last message was handled; never rejects. */
  readonly ended: Promise<LiveEnd>;
  /** Ends it and what user code started in its process group, whatever it does; `how` is told instead of the signal. */
  kill(how: string): void;
}

export async function startLiveProcess(options: LiveProcessOptions): Promise<LiveProcess> {
  const { entry, projectFolder, log } = options;
  const child = spawn(process.execPath, [entry, "--project", projectFolder], {
    cwd: projectFolder,
    // What user code writes past its console goes to the server's own log.
    stdio: ["ignore", "inherit", "inherit", "pipe"],
    // A process group of its own, so that a kill reaches what user code started.
    detached: true,
  });
  await once(child, "spawn");
  const { pid } = child;
  const channel = child.stdio[LIVE_CHANNEL_FD];
  if (pid === undefined || !(channel instanceof Socket)) throw new Error(`${entry} has no channel`);
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
    kill: (how) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      killed = how;
      killGroup(pid);
    },
  };
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
