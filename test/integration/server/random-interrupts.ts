// Interrupts evaluations of all kinds at random moments, and counts after each that nothing is left: what it did, or the first thing that was wrong.
import { existsSync } from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import type { ServerConnection } from "re-ops/client";
import { getStatus, interrupt, type InterruptReport, type Status } from "re-ops/protocol";
import { randomNumbers } from "../../support/random-numbers.ts";
import type { Ending } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";
import { evaluateIn } from "./evaluating.ts";
import { startLab } from "./lab-host.ts";
import { makeProject, type Project } from "./project.ts";

export interface RandomInterrupts {
  readonly count: number;
  /** The same seed gives the same kinds and delays. */
  readonly seed: number;
  /** The heap of a live process, so that a short test runs out of memory soon; without it Node's own. */
  readonly heapMb?: number;
  say(line: string): void;
}

export interface Tally {
  /** How many interrupts ended on each rung. */
  readonly rungs: Readonly<Record<1 | 2 | 3, number>>;
  readonly kinds: Readonly<Record<string, number>>;
  /** Milliseconds from each interrupt to its report. */
  readonly tookMs: readonly number[];
}

/** `BEGUN` says that user code runs. */
const kinds: Readonly<Record<string, string>> = {
  form: "BEGUN; while (true) {}",
  timer: "setTimeout(() => { BEGUN; while (true) {} }, 1); await new Promise(() => {});",
  interval: "setInterval(() => { BEGUN; while (true) {} }, 1);",
  immediate: "setImmediate(() => { BEGUN; while (true) {} });",
  promise: "await Promise.resolve().then(() => { BEGUN; while (true) {} });",
  microtasks: "BEGUN; while (true) await undefined;",
  waits: "BEGUN; await new Promise(() => {});",
  "long step": 'BEGUN; await run(exec(lab, "sleep 60"));',
  "stage loops": 'await run(exec(lab, "true"), tap(() => { BEGUN; while (true) {} }));',
  "stage waits": 'await run(exec(lab, "true"), () => { BEGUN; return new Promise(() => {}); });',
  "run, then loop": 'run(exec(lab, "sleep 60")); BEGUN; while (true) {}',
  execSync: 'BEGUN; process.getBuiltinModule("node:child_process").execSync("sleep 60");',
  exit: "BEGUN; process.exit();",
  rejection: 'void Promise.reject(new Error("left")); BEGUN; await new Promise(() => {});',
  memory: "const all = []; BEGUN; while (true) all.push(new Array(1e6).fill(all.length));",
};

const HEAD = `import { exec, Hosts, run, tap } from "re-ops";
const lab = new Hosts({}, ["lab"]);
`;
const LONGEST_SETTLE_MS = 30_000;
const LONGEST_DELAY_MS = 120;
const LONGEST_BEGIN_MS = 2000;
const AGAIN_MS = 1500;

/** Rejects, naming the seed and the number of the interrupt, at the first thing that is wrong. */
export async function interruptAtRandom(ending: Ending, options: RandomInterrupts): Promise<Tally> {
  const { count, seed, heapMb, say } = options;
  const { sshd, config } = await startLab(ending);
  const project = await makeProject(ending);
  const environment = {
    ...project.environment,
    RE_OPS_SSH_CONFIG: config,
    ...(heapMb !== undefined && { NODE_OPTIONS: `--max-old-space-size=${String(heapMb)}` }),
  };
  const window = await project.connect({ environment });
  const first = await evaluateIn(project, window, `${HEAD}run(exec(lab, "true"));`, "run(");
  if (first.kind !== "value") throw new Error(`the first run: ${JSON.stringify(first)}`);
  const random = randomNumbers(seed);
  const rungs = { 1: 0, 2: 0, 3: 0 };
  const counted: Record<string, number> = {};
  const tookMs: number[] = [];
  for (let number = 1; number <= count; number += 1) {
    const kind = pick(Object.keys(kinds), random());
    try {
      const startedAt = { value: 0 };
      const report = await interruptOne({ project, window, random, kind, number, startedAt });
      tookMs.push(performance.now() - startedAt.value);
      rungs[report.rung] += 1;
      counted[kind] = (counted[kind] ?? 0) + 1;
      await untilNothingIsLeft(window);
      if (sshd.opened() !== 1) throw new Error(`${String(sshd.opened())} connections were opened`);
    } catch (error) {
      const where = `interrupt ${String(number)} of seed ${String(seed)} (${kind})`;
      throw new Error(`${where}: ${String(error)}\n${await project.readLog()}`, { cause: error });
    }
    if (number % 50 === 0) say(`${String(number)} interrupts`);
  }
  return { rungs, kinds: counted, tookMs };
}

interface One {
  readonly project: Project;
  readonly window: ServerConnection;
  readonly random: () => number;
  readonly kind: string;
  readonly number: number;
  readonly startedAt: { value: number };
}

async function interruptOne(one: One): Promise<InterruptReport> {
  const { project, window, random, kind, number, startedAt } = one;
  const mark = `begun-${String(number)}`;
  const begun = `process.getBuiltinModule("node:fs").writeFileSync("${mark}", "")`;
  const body = (kinds[kind] ?? "").replace("BEGUN", begun);
  const evaluationId = crypto.randomUUID();
  let isSettled = false;
  const evaluating = evaluateIn(project, window, `${HEAD}{\n${body}\n}`, "{\n", {
    mode: "form",
    evaluationId,
    file: `random-${kind}.ts`,
  }).finally(() => {
    isSettled = true;
  });
  const [waitsForBegin, delayMs, names] = [random() < 0.7, random() * LONGEST_DELAY_MS, random()];
  // What an earlier evaluation left behind may loop, so that nothing begins before it is interrupted.
  const latest = performance.now() + LONGEST_BEGIN_MS;
  const hasBegun = () => isSettled || existsSync(path.join(project.folder, mark));
  if (waitsForBegin)
    await until("user code to begin", () => hasBegun() || performance.now() > latest);
  await setTimeout(delayMs);
  startedAt.value = performance.now();
  const report = await window.runtime.request(interrupt, names < 0.5 ? { evaluationId } : {});
  const settled = await Promise.race([
    evaluating,
    setTimeout(LONGEST_SETTLE_MS, undefined, { ref: false }),
  ]);
  if (settled === undefined) throw new Error(`it never settled, after "${report.message}"`);
  if (settled.kind === "error") throw new Error(JSON.stringify(settled.error));
  return report;
}

/** A stage that only looks does so after a cancel too, and one that loops keeps its run: it takes another interrupt. */
async function untilNothingIsLeft(window: ServerConnection): Promise<void> {
  let last: Status | undefined;
  let againAt = performance.now() + AGAIN_MS;
  try {
    await until("nothing to be left", async () => {
      if (performance.now() > againAt) {
        await window.runtime.request(interrupt, {});
        againAt = performance.now() + AGAIN_MS;
      }
      last = await window.runtime.request(getStatus, {});
      return last.evaluating === 0 && last.running === 0 && last.channels === 0;
    });
  } catch (error) {
    throw new Error(`${String(error)}: ${JSON.stringify(last)}`, { cause: error });
  }
  if (last?.connections !== 1) throw new Error(`a connection was lost: ${JSON.stringify(last)}`);
  if (last.pid !== window.hello.pid) throw new Error("the server is another one");
}

function pick(names: readonly string[], at: number): string {
  return names[Math.floor(at * names.length)] ?? "waits";
}
