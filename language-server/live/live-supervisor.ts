// Keeps one live process for the server: started when it is needed, ended when it hangs, mourned when it dies by itself.
import type { Status } from "re-ops/protocol";
import { type Clock, type Engine, type RunDescription, within } from "re-ops/server";
import { type LiveEnd, type LiveProcess, startLiveProcess } from "./live-process.ts";
import { servePort } from "./port-server.ts";

export interface LiveSupervisorOptions {
  readonly entry: string;
  readonly projectFolder: string;
  readonly compiledFolder: string;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** A new one has started; its peer speaks already. */
  readonly onStart: (live: LiveProcess) => void;
  readonly onRunStarted: (run: RunDescription) => void;
  /** It ended, by itself or because it was told to. */
  readonly onEnd: (end: LiveEnd, isExpected: boolean) => void;
  readonly onChange: () => void;
}

export interface LiveSupervisor {
  /** The live process that takes evaluations, started when there is none. Rejects when it does not come up. */
  ready(): Promise<LiveProcess>;
  /** Ends the one there is, and starts an empty one; resolves with how it ended, when there was one. */
  restart(how: string): Promise<LiveEnd | undefined>;
  stop(): Promise<void>;
  status(): Status["live"];
}

const START_TIMEOUT_MS = 20_000;

export function superviseLive(options: LiveSupervisorOptions): LiveSupervisor {
  let current: Promise<LiveProcess> | undefined;
  let starts = 0;
  let status: Status["live"] = { state: "stopped", restarts: 0 };
  const told = new WeakSet<LiveProcess>();

  function change(next: Partial<Status["live"]>): void {
    status = { ...status, ...next };
    options.onChange();
  }

  async function start(): Promise<LiveProcess> {
    const restarts = starts;
    starts += 1;
    change({ state: restarts === 0 ? "starting" : "restarting", restarts });
    const live = await startLiveProcess(options);
    const session = servePort({
      engine: options.engine,
      peer: live.peer,
      onRunStarted: options.onRunStarted,
    });
    options.onStart(live);
    change({ pid: live.pid });
    void live.ended.then((end) => {
      options.log(`live process ${String(live.pid)} ${end.how}`);
      session.abandon(`the live process ${end.how}`);
    });
    await untilReady(live, options.clock);
    change({ state: "ready" });
    return live;
  }

  // From here on it may die: `current` is forgotten, so that the next evaluation starts another.
  function watch(starting: Promise<LiveProcess>): void {
    const forget = () => {
      if (current !== starting) return;
      current = undefined;
      const { pid: _, ...rest } = status;
      status = { ...rest, state: "stopped" };
      options.onChange();
    };
    starting.then(async (live) => {
      const end = await live.ended;
      forget();
      options.onEnd(end, told.has(live));
    }, forget);
  }

  function ready(): Promise<LiveProcess> {
    if (current === undefined) {
      current = start();
      watch(current);
    }
    return current;
  }

  async function end(how: string): Promise<LiveEnd | undefined> {
    const live = await current?.catch(() => undefined); // Whoever asked for it was told why it did not start.
    if (live === undefined) return undefined;
    told.add(live);
    live.kill(how);
    return live.ended;
  }

  return {
    ready,
    async restart(how) {
      const ended = await end(how);
      ready().catch((error: unknown) => {
        options.log(`the live process did not start again: ${String(error)}`);
      });
      return ended;
    },
    async stop() {
      await end("was stopped with its server");
    },
    status: () => status,
  };
}

async function untilReady(live: LiveProcess, clock: Clock): Promise<void> {
  const ready = live.ready.then(() => "ready" as const);
  const started = await within(clock, START_TIMEOUT_MS, Promise.race([ready, live.ended]));
  if (started === "ready") return;
  if (started === undefined) live.kill("did not start in time");
  const how = started?.how ?? "did not say that it is ready in time";
  throw new Error(`the live process ${how}`);
}
