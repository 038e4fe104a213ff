// The ladder of an interrupt: a live process that does not answer has its loop broken off, and is ended when that does not help.
import { setTimeout } from "node:timers/promises";
import { type BrokenLoop, type Clock, liveInterrupt, PeerGoneError, within } from "re-ops/server";
import type { LiveEnd, LiveProcess } from "./live-process.ts";
import type { LiveSupervisor } from "./live-supervisor.ts";

export interface LadderOptions {
  readonly supervisor: Pick<LiveSupervisor, "ready" | "restart" | "status">;
  /** How long the live process may take to answer before its loop is broken off. */
  readonly patienceMs: number;
  readonly clock: Clock;
  /** Counts up over all live processes. */
  readonly nextDemand: () => number;
}

export interface Demand {
  /** What the live process is asked, which aborts signals as it answers. */
  readonly questions: readonly { readonly evaluationId?: string; readonly runId?: string }[];
  /** The run whose loop alone may be broken off. */
  readonly runId?: string;
}

export interface Climbed {
  /** 1: it answered; 2: loops were broken off; 3: it was ended. */
  readonly rung: 1 | 2 | 3;
  readonly broken: readonly BrokenLoop[];
  /** It goes on with something else than what was to be stopped. */
  readonly spared: boolean;
  readonly end?: LiveEnd;
}

export const NOT_CLIMBED: Climbed = { rung: 1, broken: [], spared: false };

const LOOK_AGAIN_MS = 5;
/** A loop is broken off in a few milliseconds on an idle machine. */
const BREAK_PATIENCE_MS = 2000;
/** So long the live process has to answer before another loop is looked for. */
const BROKEN_MS = 100;

export async function climb(options: LadderOptions, demand: Demand): Promise<Climbed> {
  const { supervisor, patienceMs, clock } = options;
  if (supervisor.status().state === "stopped") return NOT_CLIMBED;
  const live = await supervisor.ready().catch(() => undefined);
  if (live === undefined) return NOT_CLIMBED; // It did not start, which whoever evaluates is told.
  const number = options.nextDemand();
  const answer = ask(live, number, demand).then(answeredBy);
  const answered =
    (await within(clock, patienceMs, answer)) ??
    (await breakOff({ live, number, answer, clock, ...demand }));
  if (answered !== undefined) return answered;
  const end = await supervisor.restart(
    `did not answer within ${String(patienceMs)} ms, its code could not be broken off, and it was ended`,
  );
  return { rung: 3, broken: [], spared: false, ...(end !== undefined && { end }) };
}

async function ask(
  live: LiveProcess,
  demand: number,
  { questions }: Demand,
): Promise<readonly BrokenLoop[]> {
  const answers = questions.map((question) =>
    live.peer.request(liveInterrupt, { demand, ...question }).catch((error: unknown) => {
      // It died meanwhile: nothing of it is left to be interrupted.
      if (!(error instanceof PeerGoneError)) throw error;
      return { broken: [] };
    }),
  );
  return (await Promise.all(answers)).flatMap(({ broken }) => broken);
}

function answeredBy(broken: readonly BrokenLoop[]): Climbed {
  return { rung: broken.length > 0 ? 2 : 1, broken, spared: false };
}

interface Breaking {
  readonly live: LiveProcess;
  readonly number: number;
  readonly answer: Promise<Climbed>;
  readonly clock: Clock;
  readonly runId?: string;
}

/** Nothing when it does not help. */
async function breakOff({
  live,
  number,
  answer,
  clock,
  runId,
}: Breaking): Promise<Climbed | undefined> {
  const over = new AbortController();
  async function untilUseless(): Promise<Climbed | undefined> {
    for (;;) {
      const verdict = await live.breakLoop(number, runId);
      if (verdict === "blocked") return undefined;
      if (verdict === "spare") return { ...NOT_CLIMBED, spared: true };
      // Promises without end are caught only while one of their callbacks runs.
      const againMs = verdict === "break" ? BROKEN_MS : LOOK_AGAIN_MS;
      await setTimeout(againMs, undefined, { signal: over.signal });
    }
  }
  try {
    return await within(clock, BREAK_PATIENCE_MS, Promise.race([answer, untilUseless()]));
  } finally {
    over.abort();
  }
}
