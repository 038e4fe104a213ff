// What the thread of user code has to say when the watchdog asks whether it may be broken off, and what it tells afterwards.
import path from "node:path";
import { Worker } from "node:worker_threads";
import type { Place } from "../../describe/place.ts";
import { ambientEvaluation } from "../../port.ts";
import { frameIn } from "../mistakes/stack.ts";
import type { InterruptibleTimers } from "./timers.ts";

export interface BrokenOff {
  readonly place: Place;
  readonly evaluationId?: string;
  /** The run in whose stage it was. */
  readonly runId?: string;
  readonly byTimer: boolean;
}

export interface WatchdogOptions {
  /** Leads to the server. */
  readonly fd: number;
  readonly projectFolder: string;
  readonly timers: InterruptibleTimers;
}

export interface Watchdog {
  /** The event loop turns, and this demand is being answered: gives what was broken off since the last one. */
  answer(demand: number): BrokenOff[];
}

const GRACE_MS = 1000;
const FRAMES = 50;
const PACKAGES = `${path.sep}node_modules${path.sep}`;
/** Under this name the watchdog finds what to ask; it has no other way into this thread. */
const NAME = "re-ops.look";

/** Starts the thread that can break off user code of this one. */
export function startWatchdog({ fd, projectFolder, timers }: WatchdogOptions): Watchdog {
  let broken: BrokenOff[] = [];
  let answered = 0;

  /** Called inside user code, between two turns of its loop. */
  function look(line: string): "break" | "spare" | "idle" {
    const [demand, runId = ""] = line.split(" ");
    const place = placeOfUserCode(projectFolder);
    if (place === undefined || answered >= Number(demand)) return "idle";
    const { id, runId: own } = ambientEvaluation() ?? {};
    if (runId !== "" && own !== runId) return "spare";
    broken.push({
      place,
      ...(id !== undefined && { evaluationId: id }),
      ...(own !== undefined && { runId: own }),
      byTimer: timers.stopOwn(),
    });
    return "break";
  }

  Object.defineProperty(globalThis, Symbol.for(NAME), { value: look });
  const extension = path.extname(import.meta.filename); // `.ts` in the sources, `.mjs` in a build
  const worker = new Worker(new URL(`./watchdog${extension}`, import.meta.url), {
    workerData: { fd, look: `globalThis[Symbol.for("${NAME}")](%)`, graceMs: GRACE_MS },
    env: {},
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16, stackSizeMb: 1 },
  });
  worker.on("error", (error) => {
    process.stderr.write(`live process ${String(process.pid)}: no watchdog: ${String(error)}\n`);
  });
  worker.unref();
  return {
    answer(demand) {
      answered = Math.max(answered, demand);
      const taken = broken;
      broken = [];
      return taken;
    },
  };
}

/** Where the running code is; nothing when none of the project's is running, as ours must never be broken off. */
function placeOfUserCode(projectFolder: string): Place | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  const { stack = "" } = new Error("where");
  Error.stackTraceLimit = limit;
  // What awaits the running code is not running.
  const running = stack.split("\n").filter((line) => !line.includes("at async "));
  const frames = running.map(frameIn).filter((frame) => frame !== undefined);
  const inside = frames.filter(({ file }) => file.startsWith(projectFolder + path.sep));
  const own = inside.find(({ file }) => !file.includes(PACKAGES)) ?? inside[0];
  return own && { file: own.file, line: own.line, column: own.column };
}
