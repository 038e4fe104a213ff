// Cancels runs of stubborn commands at random moments on real hosts, and compares what each outcome says with what ps shows there.
import { chmod, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Engine, createEngine } from "../../../runtime/engine/engine.ts";
import { inEvaluation } from "../../../runtime/port.ts";
import { identifyThisProcess, isAlive } from "../../../runtime/project/process-identity.ts";
import { Hosts, type Operation, exec, run, scpInto } from "../../../runtime/public.ts";
import {
  type StubbornCommand,
  processesMarked,
  stubbornCommands,
} from "../../lab/stubborn-commands.ts";
import { writeSudoers } from "../../lab/sudoers.ts";
import { createLabUser } from "../../lab/users.ts";
import { killAll } from "../../support/processes.ts";
import { randomNumbers } from "../../support/random-numbers.ts";
import { type Ending, temporaryFolder } from "../../support/temporary.ts";
import { type Fleet, startFleet } from "../fanout/fleet.ts";

export interface RandomCancels {
  readonly count: number;
  /** The same seed gives the same commands and moments. */
  readonly seed: number;
  readonly hosts: number;
  say(line: string): void;
}

export interface Cancelled {
  readonly number: number;
  /** Which command, and when it was cancelled. */
  readonly what: string;
  /** How its host ended. */
  readonly end: string;
  readonly tookMs: number;
  /** How many processes were left. */
  readonly orphans: number;
  /** What is not as the outcome says, or was left at all. */
  readonly wrong?: string;
  /** Nothing was left, but the outcome says that it could not find that out: true, and of little use. */
  readonly unsure?: string;
}

const COMMANDS: Readonly<Record<string, StubbornCommand>> = {
  ...stubbornCommands,
  "one that ends by itself": (mark) => `: ${mark}; sleep 0.1; echo up; sleep 0.1; echo last`,
};
const UPLOAD = "an upload";
const KINDS = [...Object.keys(COMMANDS), UPLOAD, UPLOAD];
const UPLOAD_BYTES = 64 * 1024 * 1024;

/** After the start of a run: over a new connection that is while it connects, logs in or starts. */
const LONGEST_START_MS = 500;
/** After the first output. */
const LONGEST_RUNNING_MS = 250;
const AT_ONCE = 12;

export async function cancelAtRandom(
  context: Ending,
  { count, seed, hosts, say }: RandomCancels,
): Promise<readonly Cancelled[]> {
  const lab = await openLab(context, hosts);
  const kept = await openEngine(context, lab);
  context.after(() => kept.dispose());
  const trials = planTrials(count, seed, lab.fleet);
  const waiting = trials.values();
  const cancelled: Cancelled[] = [];
  const worker = async () => {
    for (const trial of waiting) {
      cancelled.push(await tryOne(context, trial, lab, kept));
      if (cancelled.length % 100 === 0) say(`${cancelled.length} cancels`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, hosts) }, worker));
  const late = await processesMarked(markOf(seed, ""));
  await killAll(late);
  if (late.length > 0) throw new Error(`${late.length} processes came up after their cancel`);
  return cancelled;
}

interface Lab {
  readonly fleet: Fleet;
  /** Who may become root by sudo. */
  readonly user: string;
  readonly bigFile: string;
  /** Where anybody may write. */
  readonly folder: string;
}

async function openLab(context: Ending, hosts: number): Promise<Lab> {
  const fleet = await startFleet(context, hosts);
  const { name: user } = await createLabUser(context);
  await writeSudoers(context, user, ["USER ALL=(ALL:ALL) NOPASSWD: ALL"]);
  const folder = await temporaryFolder(context, "re-ops-cancel-");
  await chmod(folder, 0o777);
  const bigFile = path.join(folder, "big");
  await writeFile(bigFile, "");
  await truncate(bigFile, UPLOAD_BYTES);
  return { fleet, user, bigFile, folder };
}

interface Trial {
  readonly number: number;
  readonly kind: string;
  readonly address: string;
  readonly mark: string;
  /** Over a connection of its own. */
  readonly isCold: boolean;
  /** As another user who becomes root. */
  readonly bySudo: boolean;
  readonly onceUp: boolean;
  readonly delayMs: number;
}

/** All of it is drawn beforehand, so that it does not depend on who comes first. */
function planTrials(count: number, seed: number, { addresses }: Fleet): readonly Trial[] {
  const random = randomNumbers(seed);
  return Array.from({ length: count }, (_, index) => {
    const [kind, isCold, onceUp] = [pick(KINDS, random()), random() < 0.3, random() < 0.6];
    const longestMs = onceUp ? LONGEST_RUNNING_MS : LONGEST_START_MS;
    return {
      number: index + 1,
      kind,
      address: addresses[index % addresses.length] ?? "",
      mark: markOf(seed, String(index + 1).padStart(6, "0")),
      isCold,
      bySudo: random() < 0.3,
      onceUp: onceUp && kind !== UPLOAD,
      delayMs: Math.floor(random() * longestMs),
    };
  });
}

/** Digits, as `sleep` takes them. */
function markOf(seed: number, number: string): string {
  return `7${String(process.pid).padStart(7, "0")}${String(seed).padStart(6, "0")}${number}`;
}

function pick<T>(list: readonly T[], at: number): T {
  const one = list[Math.floor(at * list.length)];
  if (one === undefined) throw new Error("nothing to pick from");
  return one;
}

async function openEngine(context: Ending, { fleet }: Lab): Promise<Engine> {
  const folder = await temporaryFolder(context, "re-ops-cancel-");
  return createEngine({
    stateFolder: path.join(folder, "state"),
    environment: {
      PATH: process.env["PATH"] ?? "",
      HOME: folder,
      RE_OPS_SSH_CONFIG: fleet.configFile,
    },
    owner: identifyThisProcess(),
    isAlive,
    onProblem: (message) => {
      throw new Error(message);
    },
  });
}

async function tryOne(context: Ending, trial: Trial, lab: Lab, kept: Engine): Promise<Cancelled> {
  if (!trial.isCold) return cancelOne(trial, lab, kept);
  const engine = await openEngine(context, lab);
  try {
    return await cancelOne(trial, lab, engine);
  } finally {
    await engine.dispose();
  }
}

async function cancelOne(trial: Trial, lab: Lab, engine: Engine): Promise<Cancelled> {
  const { number, kind, mark, address, isCold, bySudo, onceUp, delayMs } = trial;
  const evaluation = {
    signal: new AbortController().signal,
    port: engine.openPort().port,
    console: { write: () => {} },
  };
  const ran = inEvaluation(evaluation, () => run(operationOf(trial, lab)));
  if (onceUp) await firstOutput(engine, ran.id, address, ran);
  await sleep(delayMs);
  const started = performance.now();
  const { survivors } = await engine.cancelRun(ran.id, "cancelled by the bench");
  const tookMs = performance.now() - started;
  const outcome = await ran;
  const end = outcome.failure[0] ?? { kind: "success", message: "it succeeded" };
  const left = await processesMarked(mark);
  const reported = survivors.map(({ pid }) => pid);
  await killAll(left);
  const wrong = findWrong(end.kind, reported, left);
  return {
    number,
    what: `${kind}${bySudo ? ", by sudo" : ""}, ${isCold ? "new" : "kept"} connection, ${onceUp ? "up" : "start"} + ${delayMs} ms`,
    end: end.kind,
    tookMs,
    orphans: left.length,
    ...(wrong !== undefined && { wrong: `${wrong}: ${end.message}` }),
    ...(wrong === undefined && end.kind === "unknown" && { unsure: end.message }),
  };
}

function operationOf({ kind, mark, address, bySudo }: Trial, lab: Lab): Operation<unknown> {
  const { port, keyFile: sshKey, user } = lab.fleet;
  const auth = bySudo ? { user: lab.user, sudo: true as const } : { user };
  const hosts = new Hosts({ port, sshKey, ...auth }, [address], { connectTimeoutMs: 60_000 });
  const script = COMMANDS[kind]?.(mark);
  if (script !== undefined) return exec(hosts, script);
  return scpInto(hosts, lab.bigFile, path.join(lab.folder, `copy-${mark}`));
}

/** Or the end, whichever comes first. */
async function firstOutput(
  engine: Engine,
  runId: string,
  host: string,
  ran: PromiseLike<unknown>,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = engine.onOutput(runId, host, resolve);
  await Promise.race([promise, ran]);
  stop();
}

function findWrong(
  end: string,
  reported: readonly (number | undefined)[],
  left: readonly number[],
): string | undefined {
  const unreported = left.filter((pid) => !reported.includes(pid));
  if (unreported.length > 0) return `pid ${unreported.join(", ")} was left, and nobody says so`;
  if (left.length > 0) return `pid ${left.join(", ")} was left`;
  if (end === "unknown") return undefined; // It says that something may still run, not that it does.
  if (reported.length > 0) return `pid ${reported.join(", ")} is said to run, and does not`;
  return end === "cancelled" || end === "success" ? undefined : `it ended as ${end}`;
}
