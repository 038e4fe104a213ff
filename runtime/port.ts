// The engine port: the one interface between describing and doing, and the ambient evaluation that says which port is meant.
// This is one of the two files that may hold module state: the fallback for code that runs outside any evaluation.
import { AsyncLocalStorage } from "node:async_hooks";
import type { HostsValue, Sudo } from "./describe/hosts/hosts.ts";
import type { Limits } from "./describe/hosts/limits.ts";
import type { Place } from "./describe/place.ts";
import type { Copied, HostFailure, HostResult, ShellValue } from "./describe/pipelines/outcome.ts";
import type { ScriptSecret } from "./describe/script/script.ts";

/** A run as the engine is told of it, before its first step. */
export interface RunDescription {
  readonly id: string;
  /** What a list of runs shows, such as `ls / on 3 hosts`. */
  readonly title: string;
  readonly place?: Place;
  /** The evaluation that started it; none in a plain script. */
  readonly evaluationId?: string;
  /** The run in whose stage it was started. */
  readonly parentId?: string;
  /** Where relative local paths of its copies begin; otherwise in the engine's own folder. */
  readonly localFolder?: string;
}

/** A copy between the engine's machine and each host. */
export interface TransferDescription {
  readonly direction: "into" | "from";
  /** `into`: a file or folder; `from`: the folder that gets one for each host. Relative to the run's folder, or to the engine's own. */
  readonly local: string;
  /** Relative to the home folder there. */
  readonly remote: string;
  /** Permission bits instead of those of the file that is copied. */
  readonly mode?: number;
  /** Whether times of modification are kept. */
  readonly times?: boolean;
}

/** One operation on its hosts: all that the engine must know to do it. */
export interface StepDescription {
  readonly runId: string;
  /** Position in its run, from 0. */
  readonly index: number;
  /** What a person reads, such as `ls /`. */
  readonly label: string;
  readonly operation: string;
  /** Text for a POSIX shell; empty for a copy, whose script depends on what is found to copy. */
  readonly script: string;
  readonly transfer?: TransferDescription;
  /** Secrets that the script prints, each with the place of its stand-in; in the order of their places. */
  readonly secrets?: readonly ScriptSecret[];
  /** As another user; over what the hosts themselves say. */
  readonly sudo?: Sudo;
  /** Exit codes that are an answer, not a failure; 0 always is. */
  readonly answers: readonly number[];
  readonly target: HostsValue;
  /** Of this step alone, before those of its hosts; its `totalTimeoutMs` counts from its own start, theirs from the run's. */
  readonly limits?: Limits;
  readonly place?: Place;
}

export type StepResult = HostResult<ShellValue | Copied> | HostFailure;

/** `cancelled`: the run was cancelled meanwhile, so nothing after this step may start. */
export interface StepEnd {
  readonly cancelled: boolean;
}

export type RunVerdict = "succeeded" | "failed" | "notMet" | "cancelled" | "broken";

/** How a run ended; `broken` is a mistake in the program, told in `message`. */
export interface RunEnd {
  readonly runId: string;
  readonly verdict: RunVerdict;
  readonly message?: string;
}

/** What a cancel achieved: where something may still run, with its process id when it is known. */
export interface CancelReport {
  readonly stopped: number;
  readonly survivors: readonly {
    readonly host: string;
    readonly pid?: number;
    readonly message: string;
  }[];
}

export interface EnginePort {
  /** Says that these hosts may be asked for soon: what needs no network is done beforehand. Returns at once. */
  expect(hosts: HostsValue): void;
  /** Resolves when the run is in the journal. `onCancel` is called at most once, when somebody else cancels the run. */
  startRun(run: RunDescription, onCancel: (reason: string) => void): Promise<void>;
  /** Resolves when the step is over on all its hosts, each of which was given to `onResults` once. */
  runStep(
    step: StepDescription,
    onResults: (results: readonly StepResult[]) => void,
  ): Promise<StepEnd>;
  endRun(end: RunEnd): Promise<void>;
  /** Stops what runs on the hosts, and resolves when that was checked. */
  cancelRun(runId: string, reason: string): Promise<CancelReport>;
}

/** Where `pretty` and `tap` write: the client that asked for the evaluation. */
export interface EvaluationConsole {
  write(stream: "out" | "err", text: string): void;
  /** How many characters it still takes, where there is a bound. */
  readonly room?: number;
}

/** A run as the evaluation that started it sees it. */
export interface StartedRun {
  readonly id: string;
  readonly title: string;
  /** Resolves when the run is over, however it ended. */
  readonly over: Promise<void>;
  /** The mistake that broke the run, as long as nobody has awaited or iterated it. */
  unheardMistake(): { readonly error: unknown } | undefined;
}

/** What `refresh` did; files are relative to the project folder. */
export interface RefreshReport {
  /** In the order in which they were evaluated anew: what others import first. */
  readonly evaluated: readonly string[];
  /** JSON files that were read again. */
  readonly reread: readonly string[];
  /** Files that are no more on disk; all their names went. */
  readonly deleted: readonly string[];
  /** Names that a file had and has no more. */
  readonly gone: readonly { readonly file: string; readonly names: readonly string[] }[];
}

/** What `go`, `stop` or `reset` did, by the names of the components, in order. */
export interface ComponentsReport {
  readonly stopped: readonly string[];
  readonly started: readonly string[];
  /** What the user should know besides, such as what was lost; sentences. */
  readonly notes: readonly string[];
}

/** What user code may ask of the process that it lives in. */
export interface Workflow {
  go(): Promise<ComponentsReport>;
  stop(): Promise<ComponentsReport>;
  reset(): Promise<ComponentsReport>;
  refresh(which: { readonly all: boolean }): Promise<RefreshReport>;
  once<T>(make: () => T): T;
}

/** In whose name user code runs: found through the async context, never handed around. */
export interface Evaluation {
  /** Absent in a plain script. */
  readonly id?: string;
  readonly signal: AbortSignal;
  readonly port: EnginePort;
  /** Absent where a program runs from its beginning to its end. */
  readonly workflow?: Workflow;
  readonly console: EvaluationConsole;
  /** The run in whose stage this code runs. */
  readonly runId?: string;
  /** Where relative local paths of copies begin, when whoever asked for the evaluation is somewhere else than the engine. */
  readonly localFolder?: string;
  onRun?(run: StartedRun): void;
  /** Takes a remark for whoever asked for the evaluation; one that was made already is not made again. */
  note?(remark: string): void;
}

const ambient = new AsyncLocalStorage<Evaluation>();
let fallback: (() => Evaluation) | undefined;

/** Runs `body`, and all it starts, in the name of `evaluation`. */
export function inEvaluation<T>(evaluation: Evaluation, body: () => T): T {
  return ambient.run(evaluation, body);
}

/** The evaluation that the running code belongs to; outside any, the default engine's. */
export function currentEvaluation(): Evaluation {
  const evaluation = ambient.getStore() ?? fallback?.();
  if (evaluation === undefined)
    throw new Error("no engine: import re-ops itself, not one of its files");
  return evaluation;
}

/** The workflow of the process that the running code lives in; a plain script has none. */
export function currentWorkflow(): Workflow | undefined {
  return (ambient.getStore() ?? fallback?.())?.workflow;
}

/** The running code's evaluation, without falling back. */
export function ambientEvaluation(): Evaluation | undefined {
  return ambient.getStore();
}

/** Says what code outside any evaluation uses; whoever composes the process comes first, and what is said later does not count. */
export function setFallbackEvaluation(make: () => Evaluation): void {
  fallback ??= make;
}
