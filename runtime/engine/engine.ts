// The engine: does what operations describe. The composition of runs, journal, output and reach, for one process.
import { isDeepStrictEqual } from "node:util";
import type { HostsValue } from "../describe/hosts/hosts.ts";
import type { CancelReport, EnginePort } from "../port.ts";
import type { ClientEnvironment } from "../protocol/door.ts";
import {
  type OutputPage,
  type RunChange,
  type RunDetail,
  SHOWN_BYTES,
  type StepOutput,
} from "../protocol/runs.ts";
import { systemClock, type Clock } from "./waiting/clock.ts";
import { closeAll } from "./close-all.ts";
import type { Component } from "./components.ts";
import { createReach, type Reach } from "./connections/reach.ts";
import { Journal } from "./journal/journal.ts";
import { type Keeping, USUAL_KEEPING } from "./keeping.ts";
import type { Owner } from "./journal/owner.ts";
import { findEarlierOutput, showEarlierOutput } from "./output/earlier-output.ts";
import type { OutputStream } from "./output/host-output.ts";
import { OutputStore } from "./output/output-store.ts";
import { Spool } from "./output/spool.ts";
import { readPage } from "./output/view-output.ts";
import type { Asker } from "./questions/question.ts";
import { createQuestions } from "./questions/questions.ts";
import { hideAnswers } from "./secrets/hide-answers.ts";
import { createRedaction } from "./secrets/redaction.ts";
import { createSecrets } from "./secrets/secrets.ts";
import { ActiveRun } from "./runs/active-run.ts";
import { RunChanges } from "./runs/changes.ts";
import { RunRecords } from "./runs/run-list.ts";
import type { RunRecord } from "./runs/run-record.ts";
import { createTidying } from "./tidying.ts";

const MEGABYTE = 1024 * 1024;

export interface EngineOptions {
  /** Where the journal lives. */
  readonly stateFolder: string;
  /** Variables that reaching hosts depends on; never read from the process by the engine itself. */
  readonly environment: ClientEnvironment;
  /** Where relative local paths of copies begin in runs that do not say it; without it there are none. */
  readonly localFolder?: string;
  /** This process, as the journal names it. */
  readonly owner: Owner;
  /** Whether a process that the journal names still runs. */
  readonly isAlive: (owner: Owner) => boolean;
  /** Told, once a run, when its journal can no longer be written; the run itself goes on. */
  readonly onProblem: (message: string) => void;
  /** How much of what happened stays on disk. */
  readonly keeping?: Keeping;
  readonly clock?: Clock;
  /** Who is asked what only a person knows; without it nobody. */
  readonly asker?: Asker;
  /** Gives a variable of the environment in which the program was started, for secrets that are there; without it there are none. */
  readonly readVariable?: (name: string) => string | undefined;
  /** The way to hosts; without it ssh and the local machine. */
  readonly reach?: Reach;
}

/** The port of one process of user code, and what to do when that process dies. */
export interface PortSession {
  readonly port: EnginePort;
  /** Its runs end their step under way; those that are not over then are `interrupted`, with `reason`. */
  abandon(reason: string): void;
}

export type EndedRun = Pick<RunRecord, "evaluationId" | "result">;

export interface HostOutput {
  readonly steps: readonly StepOutput[];
  readonly note?: string;
}

export interface PageOfOutput {
  readonly runId: string;
  readonly host: string;
  readonly step: number;
  readonly stream: OutputStream;
  readonly offset: number;
  readonly bytes: number;
}

export interface Engine {
  openPort(): PortSession;
  /** The newest first, those of earlier processes from the journal. */
  listRuns(limit: number): readonly RunDetail[];
  /** Calls back with what changed, at most ten times a second; returns how to stop. */
  onRunsChanged(listener: (changes: readonly RunChange[]) => void): () => void;
  /** Calls back with each run as it ends, with or without the output of its hosts; returns how to stop. */
  onRunEnded(listener: (run: EndedRun) => void): () => void;
  /** Resolves when no run of this evaluation is under way. */
  untilIdle(evaluationId: string): Promise<void>;
  /** Tells pending changes of runs now, so that what is said next comes after them. */
  tellChanges(): void;
  /** Of each stream the beginning, at most so many bytes, and the end. */
  readOutput(runId: string, host: string, headBytes?: number): Promise<HostOutput>;
  /** Part of an output. Rejects when there is no such output. */
  readOutputPage(page: PageOfOutput): Promise<OutputPage>;
  /** Calls back when there is more output of that host, at most ten times a second; returns how to stop. */
  onOutput(runId: string, host: string, listener: () => void): () => void;
  cancelRun(runId: string, reason: string): Promise<CancelReport>;
  cancelEvaluation(evaluationId: string, reason: string): Promise<CancelReport>;
  /** Whether hosts work on a step of this run or the process of user code has it; nothing when it is not under way. */
  phaseOf(runId: string): "step" | "stage" | undefined;
  /** Its stages are lost: the step under way ends, nothing comes after it. */
  abandonRun(runId: string, reason: string): void;
  setEnvironment(environment: ClientEnvironment): void;
  /** Does beforehand what needs no network, for these hosts and for hosts in general. Never rejects. */
  warm(hosts: HostsValue): Promise<void>;
  /** What of it can be stopped and started again, in order. */
  readonly components: readonly Component[];
  connectionCount(): number;
  /** How many commands are open on kept connections; each takes room there that others may wait for. */
  channelCount(): number;
  runningCount(): number;
  /** Cancels what runs, closes connections and the journal: each whatever the others do, whose errors it rejects with at the end. */
  dispose(): Promise<void>;
}

export function createEngine(options: EngineOptions): Engine {
  const clock = options.clock ?? systemClock;
  let { environment } = options;
  const redaction = createRedaction();
  const questions = hideAnswers(createQuestions(options.asker), redaction);
  const secrets = createSecrets({
    questions,
    redaction,
    home: () => environment["HOME"],
    readVariable: options.readVariable ?? (() => undefined),
  });
  const openReach = () => options.reach ?? createReach({ environment, clock, questions });
  const openJournal = () => new Journal(options.stateFolder, options.owner);
  let journal: Journal | undefined = openJournal();
  const changes = new RunChanges(clock);
  const records = new RunRecords();
  const { stateFolder, onProblem } = options;
  const { keeping = USUAL_KEEPING, isAlive } = options;
  const spool = new Spool({
    stateFolder,
    clock,
    onProblem,
    hostLimitBytes: keeping.hostMegabytes * MEGABYTE,
    limitBytes: keeping.outputMegabytes * MEGABYTE,
  });
  const tidying = createTidying({
    spoolFolder: spool.folder,
    journal: () => journal,
    keeping,
    clock,
    isAlive,
    onProblem,
  });
  const outputs = new OutputStore(spool);
  let reach: Reach | undefined = openReach();
  const active = new Map<string, ActiveRun>();
  const endListeners = new Set<(run: EndedRun) => void>();

  function openPort(): PortSession {
    const own = new Set<ActiveRun>();
    const find = (runId: string) => {
      const run = active.get(runId);
      if (run === undefined) throw new Error(`run ${runId} is not under way`);
      return run;
    };
    const port: EnginePort = {
      expect: (hosts) => void reach?.warm(hosts),
      startRun(description, onCancel) {
        if (journal === undefined || reach === undefined) return Promise.reject(isStopped());
        const tools = {
          journal,
          changes,
          clock,
          reach,
          localPlaces: {
            folder: description.localFolder ?? options.localFolder,
            home: environment["HOME"],
          },
          secrets,
          redaction,
          onProblem: options.onProblem,
          createOutput: (step: number, host: string) => outputs.create(description.id, step, host),
        };
        const shown = { ...description, title: redaction.text(description.title) };
        const run = new ActiveRun(shown, tools, onCancel, () => {
          active.delete(description.id);
          own.delete(run);
          for (const listener of endListeners) listener(run.record);
          outputs.finish(description.id);
          tidying.begin();
        });
        active.set(description.id, run);
        own.add(run);
        const forgotten = records.add(run.record);
        if (forgotten !== undefined) outputs.forget(forgotten.id);
        return Promise.resolve();
      },
      runStep: async (step, onResults) =>
        find(step.runId).step({ ...step, label: redaction.text(step.label) }, onResults),
      endRun({ runId, verdict, message }) {
        const told = message === undefined ? {} : { message: redaction.text(message) };
        active.get(runId)?.end({ verdict, ...told }); // an abandoned or disposed run has ended already
        return Promise.resolve();
      },
      cancelRun: (runId, reason) => cancel(runId, reason),
    };
    return {
      port,
      abandon(reason) {
        for (const run of own) void run.abandon(reason);
      },
    };
  }

  async function cancel(runId: string, reason: string): Promise<CancelReport> {
    return (await active.get(runId)?.cancel(reason)) ?? { stopped: 0, survivors: [] };
  }

  async function cancelAll(runs: readonly ActiveRun[], reason: string): Promise<CancelReport> {
    const reports = await Promise.all(runs.map((run) => run.cancel(reason)));
    return {
      stopped: reports.reduce((sum, report) => sum + report.stopped, 0),
      survivors: reports.flatMap((report) => report.survivors),
    };
  }

  async function endAllRuns(reason: string): Promise<CancelReport> {
    const running = [...active.values()];
    const report = await cancelAll(running, reason);
    for (const run of running) run.end({ verdict: "cancelled", message: reason });
    return report;
  }

  const components: readonly Component[] = [
    {
      name: "journal",
      isRunning: () => journal !== undefined,
      start() {
        journal = openJournal();
      },
      stop() {
        journal?.close();
        journal = undefined;
        return Promise.resolve([]);
      },
    },
    {
      name: "connections",
      isRunning: () => reach !== undefined,
      start() {
        reach = openReach();
      },
      async stop() {
        const closing = reach;
        reach = undefined; // no run starts from here on
        const report = await endAllRuns("Re-ops is stopping");
        await closing?.dispose();
        return describeCancelled(report);
      },
    },
  ];

  tidying.begin();
  return {
    openPort,
    components,
    listRuns: (limit) => records.merge(journal?.newestRuns(limit) ?? [], options.isAlive),
    onRunsChanged: (listener) => changes.onChange(listener),
    tellChanges: () => {
      changes.flush();
    },
    onRunEnded(listener) {
      endListeners.add(listener);
      return () => endListeners.delete(listener);
    },
    async untilIdle(evaluationId) {
      const isOfIt = ({ record }: ActiveRun) => record.evaluationId === evaluationId;
      // A stage of one may start another.
      for (let run; (run = [...active.values()].find(isOfIt));) await run.ended;
    },
    async readOutput(runId, host, headBytes = SHOWN_BYTES) {
      const record = records.get(runId);
      const steps = await record?.showOutput(host, headBytes);
      if (record !== undefined && steps !== undefined) {
        return record.outputForgotten(host) ? { steps, note: FORGOTTEN } : { steps };
      }
      const journalled = journal?.stepsOf(runId, host) ?? [];
      const where = { runId, host, headBytes };
      const { steps: earlier, isKept } = await showEarlierOutput(spool, journalled, where);
      return isKept ? { steps: earlier } : { steps: earlier, note: NOT_KEPT };
    },
    async readOutputPage({ runId, host, step, stream, offset, bytes }) {
      const output =
        records.get(runId)?.outputOf(host, step) ??
        (await findEarlierOutput(spool, { runId, host, step }));
      if (output === undefined) throw new Error(NOT_KEPT);
      return readPage(output, stream, offset, bytes);
    },
    onOutput: (runId, host, listener) => changes.onOutput(runId, host, listener),
    cancelRun: cancel,
    cancelEvaluation: (evaluationId, reason) =>
      cancelAll(
        [...active.values()].filter((run) => run.record.evaluationId === evaluationId),
        reason,
      ),
    setEnvironment(next) {
      if (isDeepStrictEqual(next, environment)) return; // so that what was asked of ssh stays known
      environment = next;
      reach?.setEnvironment(next);
    },
    warm: async (hosts) => reach?.warm(hosts),
    connectionCount: () => reach?.connectionCount() ?? 0,
    channelCount: () => reach?.channelCount() ?? 0,
    phaseOf: (runId) => active.get(runId)?.phase,
    abandonRun: (runId, reason) => void active.get(runId)?.abandon(reason),
    runningCount: () => active.size,
    async dispose() {
      await closeAll([
        () => endAllRuns("Re-ops is stopping"),
        () => reach?.dispose(),
        () => spool.dispose(),
        () => tidying.dispose(),
        () => changes.dispose(),
        () => {
          journal?.close();
          journal = undefined;
        },
      ]);
    },
  };
}

function isStopped(): Error {
  return new Error("Re-ops is stopped, so nothing runs: evaluate `go()` of re-ops/live first");
}

function describeCancelled({ stopped, survivors }: CancelReport): readonly string[] {
  const hosts = stopped === 1 ? "1 host" : `${String(stopped)} hosts`;
  return [
    ...(stopped === 0 ? [] : [`Stopped what ran on ${hosts}.`]),
    ...survivors.map(({ host, message }) => `May still run on ${host}: ${message}.`),
  ];
}

const NOT_KEPT =
  "Nothing that this host printed is kept: it printed nothing, its process has ended before it was written, or it was removed to make room.";
const FORGOTTEN =
  "Part of this output was forgotten: the disk did not take it, and memory was needed for that of newer runs.";
