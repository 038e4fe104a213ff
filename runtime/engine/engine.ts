// The engine: does what operations describe. The composition of runs, journal, output and reach, for one process.
import { isDeepStrictEqual } from "node:util";
import type { HostsValue } from "../describe/hosts/hosts.ts";
import type { CancelReport, RunDescription } from "../port.ts";
import type { ClientEnvironment } from "../protocol/door.ts";
import { type OutputPage, type RunChange, type RunDetail, SHOWN_BYTES } from "../protocol/runs.ts";
import { systemClock, type Clock } from "./waiting/clock.ts";
import { closeAll } from "./close-all.ts";
import type { Component } from "./component.ts";
import { createReach, type Reach } from "./connections/reach.ts";
import { Journal } from "./journal/journal.ts";
import { type Keeping, USUAL_KEEPING } from "./keeping.ts";
import type { Owner } from "./journal/owner.ts";
import { OutputStore } from "./output/output-store.ts";
import { Spool } from "./output/spool.ts";
import type { Asker } from "./questions/question.ts";
import { createQuestions } from "./questions/questions.ts";
import { hideAnswers } from "./secrets/hide-answers.ts";
import { createRedaction } from "./secrets/redaction.ts";
import { createSecrets } from "./secrets/secrets.ts";
import type { RunTools } from "./runs/active-run.ts";
import { ActiveRuns } from "./runs/active-runs.ts";
import { RunChanges } from "./runs/changes.ts";
import { openPortSession, type PortSession } from "./runs/port-session.ts";
import {
  type PageOfOutput,
  readOutput,
  readOutputPage,
  type ShownOutput,
} from "./runs/read-output.ts";
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

export type EndedRun = Pick<RunRecord, "evaluationId" | "result">;

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
  readOutput(runId: string, host: string, headBytes?: number): Promise<ShownOutput>;
  /** Part of an output. Rejects when there is no such output. */
  readOutputPage(page: PageOfOutput): Promise<OutputPage>;
  /** Calls back when there is more output of that host, at most ten times a second; returns how to stop. */
  onOutput(runId: string, host: string, listener: () => void): () => void;
  cancelRun(runId: string, reason: string): Promise<CancelReport>;
  cancelEvaluation(evaluationId: string, reason: string): Promise<CancelReport>;
  /** Whether hosts work on a step of this run or the process of user code has it; nothing when it is not under way. */
  phaseOf(runId: string): "step" | "stage" | undefined;
  /** Where it is worked on right now, not where it waits for its turn; none between two steps. */
  busyHosts(runId: string): readonly string[];
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
  const active = new ActiveRuns();
  const endListeners = new Set<(run: EndedRun) => void>();

  function toolsFor({ id, localFolder }: RunDescription): RunTools | undefined {
    if (journal === undefined || reach === undefined) return undefined;
    return {
      journal,
      changes,
      clock,
      reach,
      localPlaces: { folder: localFolder ?? options.localFolder, home: environment["HOME"] },
      secrets,
      redaction,
      onProblem,
      createOutput: (step, host) => outputs.create(id, step, host),
    };
  }

  function openPort(): PortSession {
    return openPortSession({
      active,
      redaction,
      expect: (hosts) => void reach?.warm(hosts),
      toolsFor,
      onBegun(record) {
        const forgotten = records.add(record);
        if (forgotten !== undefined) outputs.forget(forgotten.id);
      },
      onEnded(record) {
        for (const listener of endListeners) listener(record);
        outputs.finish(record.id);
        tidying.begin();
      },
    });
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
      expectStop: () => active.expectEnd(),
      async stop() {
        const closing = reach;
        reach = undefined; // no run starts from here on
        const report = await active.endAll("Re-ops is stopping");
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
    untilIdle: (evaluationId) => active.untilIdle(evaluationId),
    readOutput: (runId, host, headBytes = SHOWN_BYTES) =>
      readOutput({ records, spool, journal }, { runId, host, headBytes }),
    readOutputPage: (page) => readOutputPage({ records, spool }, page),
    onOutput: (runId, host, listener) => changes.onOutput(runId, host, listener),
    cancelRun: (runId, reason) => active.cancel(runId, reason),
    cancelEvaluation: (evaluationId, reason) => active.cancelEvaluation(evaluationId, reason),
    setEnvironment(next) {
      if (isDeepStrictEqual(next, environment)) return; // so that what was asked of ssh stays known
      environment = next;
      reach?.setEnvironment(next);
    },
    warm: async (hosts) => reach?.warm(hosts),
    connectionCount: () => reach?.connectionCount() ?? 0,
    channelCount: () => reach?.channelCount() ?? 0,
    busyHosts: (runId) => active.get(runId)?.record.busyHosts() ?? [],
    phaseOf: (runId) => active.get(runId)?.phase,
    abandonRun: (runId, reason) => void active.get(runId)?.abandon(reason),
    runningCount: () => active.size,
    async dispose() {
      await closeAll([
        () => active.endAll("Re-ops is stopping"),
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

function describeCancelled({ stopped, survivors }: CancelReport): readonly string[] {
  const hosts = stopped === 1 ? "1 host" : `${String(stopped)} hosts`;
  return [
    ...(stopped === 0 ? [] : [`Stopped what ran on ${hosts}.`]),
    ...survivors.map(({ host, message }) => `May still run on ${host}: ${message}.`),
  ];
}
