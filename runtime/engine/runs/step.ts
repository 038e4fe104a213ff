// Does one step: its script on every host of it, as many at once as its limits allow, each ending in a result.
import type { Limits } from "../../describe/hosts/limits.ts";
import type { StepDescription, StepResult } from "../../port.ts";
import type { Clock } from "../clock.ts";
import type { Reach, ReachEnd } from "../connections/reach.ts";
import type { OutputBuffer, OutputStream } from "../output/output-buffer.ts";

const DEFAULT_CONCURRENCY = 100;
const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;

export interface StepTools {
  readonly reach: Reach;
  readonly clock: Clock;
  readonly createOutput: () => OutputBuffer;
  readonly evaluationId?: string | undefined;
}

/** What the step tells while it goes on; that a command was stopped, or survived, comes before its host's end. */
export interface StepObserver {
  hostStarted(host: string, output: OutputBuffer): void;
  hostOutput(host: string): void;
  hostEnded(result: StepResult, output: OutputBuffer): void;
  hostStopped(): void;
  hostSurvived(host: string, pid: number | undefined, message: string): void;
}

export async function doStep(
  step: StepDescription,
  signal: AbortSignal,
  tools: StepTools,
  observer: StepObserver,
): Promise<void> {
  const waiting = step.target.hosts.values();
  const worker = async () => {
    for (const host of waiting) await doHost(step, host, signal, tools, observer);
  };
  const concurrency = Math.max(1, limitsOf(step).concurrency ?? DEFAULT_CONCURRENCY);
  const workers = Math.min(concurrency, step.target.hosts.length);
  await Promise.all(Array.from({ length: workers }, worker));
}

async function doHost(
  step: StepDescription,
  host: string,
  signal: AbortSignal,
  tools: StepTools,
  observer: StepObserver,
): Promise<void> {
  const { reach, clock, evaluationId } = tools;
  const { auth } = step.target;
  const limits = limitsOf(step);
  const output = tools.createOutput();
  observer.hostStarted(host, output);
  const begun = clock.elapsed();
  const end = await reach.execute(
    {
      host,
      auth,
      connectTimeoutMs: limits.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS,
      evaluationId,
    },
    step.script,
    {
      signal,
      stepTimeoutMs: limits.stepTimeoutMs,
      idleTimeoutMs: limits.idleTimeoutMs,
      onOutput(stream: OutputStream, chunk: Buffer) {
        output.push(stream, chunk);
        observer.hostOutput(host);
      },
    },
  );
  const ms = clock.elapsed() - begun;
  if ("survivors" in end) {
    for (const { pid, message } of end.survivors ?? []) observer.hostSurvived(host, pid, message);
  }
  if ("wasStopped" in end && end.kind === "cancelled") observer.hostStopped();
  observer.hostEnded(resultOf(step, host, end, output, ms), output);
}

/** Its own go before those of its hosts. */
function limitsOf({ target, limits }: StepDescription): Limits {
  return { ...target.limits, ...limits };
}

function resultOf(
  step: StepDescription,
  host: string,
  end: ReachEnd,
  output: OutputBuffer,
  ms: number,
): StepResult {
  const out = output.text("out");
  const err = output.text("err");
  if (end.kind !== "exited") {
    const { kind, message, next } = end;
    return { host, kind, step: step.label, message, next, out, err, ms };
  }
  if ("code" in end && (end.code === 0 || step.answers.includes(end.code))) {
    return { host, kind: "success", value: { out, err, code: end.code, cut: output.cut }, ms };
  }
  const how =
    "code" in end ? `exited with code ${String(end.code)}` : `was killed by signal ${end.signal}`;
  const said = lastLine(err) ?? lastLine(out);
  return {
    host,
    kind: "exited",
    step: step.label,
    message: said === undefined ? how : `${how}: ${said}`,
    next: said === undefined ? nextWithoutOutput(end) : "look at its output",
    ...("code" in end ? { code: end.code } : { signal: end.signal }),
    out,
    err,
    ms,
  };
}

function nextWithoutOutput(end: Extract<ReachEnd, { kind: "exited" }>): string {
  return "code" in end
    ? "it printed nothing: look up what this code means to the command"
    : "it printed nothing: look in the host's log who or what ended it";
}

function lastLine(text: string): string | undefined {
  const line = text.trimEnd().split("\n").at(-1)?.trim();
  return line === undefined || line === "" ? undefined : line.slice(0, 300);
}
