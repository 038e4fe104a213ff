// An engine port without an engine: answers each step by a function of the test's, and keeps what it was asked.
import type {
  EnginePort,
  Evaluation,
  RunDescription,
  RunEnd,
  StartedRun,
  StepDescription,
  StepResult,
} from "../../runtime/port.ts";

export type Answer = (host: string, step: StepDescription) => StepResult | Promise<StepResult>;

export type ScriptedEvaluation = Evaluation & {
  readonly runs: RunDescription[];
  readonly steps: StepDescription[];
  readonly ends: RunEnd[];
  readonly started: StartedRun[];
  /** Run ids that somebody asked to cancel, with the reason. */
  readonly cancels: [string, string][];
  /** All that was written to the console. */
  printed(): string;
  abort(): void;
};

/** An evaluation whose hosts answer as told; without an answer of its own each host succeeds with its name as output. */
export function scriptedEvaluation(answer: Answer = (host) => answered(host)): ScriptedEvaluation {
  const controller = new AbortController();
  const written: string[] = [];
  const runs: RunDescription[] = [];
  const steps: StepDescription[] = [];
  const ends: RunEnd[] = [];
  const started: StartedRun[] = [];
  const cancels: [string, string][] = [];
  const port: EnginePort = {
    expect: () => {},
    startRun: async (run) => {
      runs.push(run);
    },
    runStep: async (step, onResults) => {
      steps.push(step);
      await Promise.all(
        step.target.hosts.map(async (host) => onResults([await answer(host, step)])),
      );
      return { cancelled: cancels.some(([id]) => id === step.runId) };
    },
    endRun: async (end) => {
      ends.push(end);
    },
    cancelRun: async (runId, reason) => {
      cancels.push([runId, reason]);
      return { stopped: 0, survivors: [] };
    },
  };
  return {
    id: "evaluation-1",
    signal: controller.signal,
    port,
    console: { write: (_stream, text) => void written.push(text) },
    onRun: (run) => void started.push(run),
    runs,
    steps,
    ends,
    started,
    cancels,
    printed: () => written.join(""),
    abort: () => {
      controller.abort(new Error("interrupted"));
    },
  };
}

export function answered(host: string, out = host, code = 0): StepResult {
  return { host, kind: "success", value: { out, err: "", code, cut: 0 }, ms: 1 };
}

export function exitedWith(host: string, code: number, step: StepDescription): StepResult {
  return {
    host,
    kind: "exited",
    step: step.label,
    message: `exited with code ${code}`,
    next: "look at its output",
    code,
    out: "",
    err: "",
    ms: 1,
  };
}

export function unreachable(host: string, step: StepDescription): StepResult {
  return {
    host,
    kind: "unreachable",
    step: step.label,
    message: "connection refused",
    next: "start it",
    ms: 1,
  };
}
