// Records the runs of one process as they cross its port: what the exit code and the `--json` document are made of.
import { codeOf, type HostFailure } from "../describe/pipelines/outcome.ts";
import type {
  CancelReport,
  EnginePort,
  RunDescription,
  StepDescription,
  StepResult,
} from "../port.ts";
import type { RunResult } from "../protocol/result.ts";

type RecordedHost = RunResult["hosts"][number];

export interface RunRecorder {
  readonly port: EnginePort;
  /** Runs that are not over. */
  underWay(): readonly RunResult[];
  /** Resolves when no run is under way, and every cancel was checked. */
  untilIdle(): Promise<void>;
}

export interface RecorderOptions {
  /** Whether the output of hosts is kept with them. */
  readonly keepOutput: boolean;
  /** Told of each run once, when it is over; nothing of it is kept here afterwards. */
  readonly onOver: (run: RunResult) => void;
  readonly onCancelled?: (report: CancelReport) => void;
  /** Told when the first run begins, and when the last one under way is over. */
  readonly onBusy?: (busy: boolean) => void;
}

export function recordRuns(port: EnginePort, options: RecorderOptions): RunRecorder {
  const underWay = new Map<string, RunResult>();
  /** Cancels that are still being checked on the hosts, which outlast their runs. */
  let cancels = 0;
  let idle: PromiseWithResolvers<void> | undefined;

  function begin({ id, title }: RunDescription): void {
    underWay.set(id, { id, title, state: "running", hosts: [] });
    if (idle !== undefined) return;
    idle = Promise.withResolvers();
    options.onBusy?.(true);
  }

  function end(id: string, state: RunResult["state"]): void {
    const run = underWay.get(id);
    if (run === undefined) return;
    underWay.delete(id);
    options.onOver({ ...run, state });
    rest();
  }

  function rest(): void {
    if (underWay.size > 0 || cancels > 0 || idle === undefined) return;
    const { resolve } = idle;
    idle = undefined;
    options.onBusy?.(false);
    resolve();
  }

  const recording: EnginePort = {
    expect: (hosts) => {
      port.expect(hosts);
    },
    async startRun(run, onCancel) {
      begin(run);
      try {
        await port.startRun(run, onCancel);
      } catch (error) {
        end(run.id, "broken");
        throw error;
      }
    },
    runStep(step, onResults) {
      return port.runStep(step, (results) => {
        const hosts = results.map((result) => recordHost(step, result, options.keepOutput));
        underWay.get(step.runId)?.hosts.push(...hosts);
        onResults(results);
      });
    },
    async endRun(verdict) {
      try {
        await port.endRun(verdict);
      } finally {
        end(verdict.runId, verdict.verdict);
      }
    },
    async cancelRun(runId, reason) {
      cancels += 1;
      try {
        const report = await port.cancelRun(runId, reason);
        options.onCancelled?.(report);
        return report;
      } finally {
        cancels -= 1;
        rest();
      }
    },
  };
  return {
    port: recording,
    underWay: () => [...underWay.values()],
    async untilIdle() {
      for (let busy = idle; busy !== undefined; busy = idle) await busy.promise;
    },
  };
}

function recordHost(step: StepDescription, result: StepResult, keepOutput: boolean): RecordedHost {
  const { host, kind, ms } = result;
  const common = { host, step: step.label, ...(ms !== undefined && { ms }) };
  if (result.kind === "success") {
    const { value } = result;
    const output = keepOutput && "out" in value ? value : undefined;
    return { ...common, kind: "success", ...output, code: codeOf(value) };
  }
  const { message, next, code, signal } = result;
  return {
    ...common,
    kind,
    message,
    next,
    ...(code !== undefined && { code }),
    ...(signal !== undefined && { signal }),
    ...(keepOutput && outputOf(result)),
  };
}

function outputOf({ out, err, cut, replaced, rest }: HostFailure): Partial<RecordedHost> {
  return {
    ...(out !== undefined && { out }),
    ...(err !== undefined && { err }),
    ...(cut !== undefined && { cut }),
    ...(replaced !== undefined && { replaced }),
    ...(rest !== undefined && { rest }),
  };
}
