// Does one step: its script on every host of it, as many at once as its limits allow, each ending in a result.
import type { Limits } from "../../describe/hosts/limits.ts";
import { PLAIN_NEXT } from "../../describe/pipelines/next-words.ts";
import { plainText } from "../../describe/plain-text.ts";
import type { StepDescription, StepResult } from "../../port.ts";
import type { ReachEnd, ReachFailure } from "../connections/reach.ts";
import { LocalObstacle } from "../files/obstacle.ts";
import type { OpenCopy } from "../files/host-copy.ts";
import type {
  HostOutput,
  OutputAllowance,
  OutputStream,
  OutputValue,
} from "../output/host-output.ts";
import { type CopyTools, endCopy, failBecause, findCopies } from "./copy-step.ts";
import { adviseRoot } from "./needs-root.ts";
import { createMistakes, type MistakeTools } from "./mistakes.ts";
import { createSlots, type Slot } from "./slots.ts";
import type { AskedTime } from "./asked-time.ts";
import { executeStep, type SecretTools } from "./execute-step.ts";

const DEFAULT_CONCURRENCY = 100;
const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;
/** Bytes of output that the results of a step hold over all its hosts. */
const RESULTS_LIMIT_BYTES = 64 * 1024 * 1024;

export interface StepTools extends CopyTools, SecretTools, MistakeTools {
  readonly createOutput: (step: number, host: string) => HostOutput;
  readonly evaluationId?: string | undefined;
  /** In which the run waits for a person. */
  readonly asked: AskedTime;
}

/** What the step tells while it goes on; that a command was stopped, or survived, comes before its host's end. */
export interface StepObserver {
  hostStarted(host: string, output: HostOutput): void;
  hostOutput(host: string): void;
  hostEnded(result: StepResult, output: HostOutput): void;
  hostStopped(): void;
  hostSurvived(host: string, pid: number | undefined, message: string): void;
}

interface HostTools extends StepTools {
  readonly openCopy: OpenCopy | undefined;
  readonly slot: Slot;
  readonly allowance: OutputAllowance;
  /** The failure that an unforeseen error comes to. */
  readonly mistake: (host: string, error: unknown) => ReachFailure;
}

/** An error on one host is its result: only what fails beyond that rejects, and not before every host has ended. */
export async function doStep(
  step: StepDescription,
  signal: AbortSignal,
  tools: StepTools,
  observer: StepObserver,
): Promise<void> {
  const mistake = createMistakes(step.label, tools);
  const openCopy = await findCopies(step, tools).catch((error: unknown) => {
    const { message, next } = mistake("this machine", error);
    return new LocalObstacle(message, next, { cause: error });
  });
  if (openCopy instanceof LocalObstacle) {
    for (const host of step.target.hosts) await endAtOnce(step, host, openCopy, tools, observer);
    return;
  }
  const slots = createSlots(Math.max(1, limitsOf(step).concurrency ?? DEFAULT_CONCURRENCY));
  const hostTools = { ...tools, openCopy, mistake, allowance: { bytes: RESULTS_LIMIT_BYTES } };
  const all = step.target.hosts.map((host) =>
    slots.hold((slot) => doHost(step, host, signal, { ...hostTools, slot }, observer)),
  );
  const failed = (await Promise.allSettled(all)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}

async function doHost(
  step: StepDescription,
  host: string,
  signal: AbortSignal,
  tools: HostTools,
  observer: StepObserver,
): Promise<void> {
  const { clock, evaluationId, slot, asked, mistake } = tools;
  const { auth } = step.target;
  const limits = limitsOf(step);
  const output = tools.createOutput(step.index, host);
  observer.hostStarted(host, output);
  const copy = tools.openCopy?.(host);
  const begun = clock.elapsed();
  const end = await executeStep(
    step,
    {
      host,
      auth,
      connectTimeoutMs: limits.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS,
      evaluationId,
      aside: (wait, whom) => slot.lend(whom === "person" ? () => asked.during(wait()) : wait),
    },
    copy,
    {
      signal,
      stepTimeoutMs: limits.stepTimeoutMs,
      idleTimeoutMs: limits.idleTimeoutMs,
      onOutput(stream: OutputStream, chunk: Buffer) {
        const room = output.push(stream, chunk);
        observer.hostOutput(host);
        return room;
      },
    },
    tools,
  ).catch((error: unknown) => mistake(host, error));
  const ms = clock.elapsed() - begun;
  const value = await output.end(tools.allowance);
  if ("survivors" in end) {
    for (const { pid, message } of end.survivors ?? []) observer.hostSurvived(host, pid, message);
  }
  if ("wasStopped" in end && end.kind === "cancelled" && signal.aborted) observer.hostStopped();
  const result = resultOf(step, host, end, value, ms);
  const isOver =
    copy === undefined
      ? result
      : await endCopy(copy, step, result).catch((error: unknown) => ({
          ...mistake(host, error),
          host,
          step: step.label,
          ms,
        }));
  observer.hostEnded(isOver, output);
}

async function endAtOnce(
  step: StepDescription,
  host: string,
  obstacle: LocalObstacle,
  tools: StepTools,
  observer: StepObserver,
): Promise<void> {
  const output = tools.createOutput(step.index, host);
  observer.hostStarted(host, output);
  await output.end({ bytes: 0 });
  observer.hostEnded(failBecause({ host, step: step.label }, obstacle), output);
}

/** Its own go before those of its hosts. */
function limitsOf({ target, limits }: StepDescription): Limits {
  return { ...target.limits, ...limits };
}

function resultOf(
  step: StepDescription,
  host: string,
  end: ReachEnd,
  output: OutputValue,
  ms: number,
): StepResult {
  const { out, err, cut, ...odd } = output;
  const printed = { out, err, ...(cut > 0 && { cut }), ...odd };
  if (end.kind !== "exited") {
    const { kind, message, next } = end;
    return { host, kind, step: step.label, message, next, ...printed, ms };
  }
  if ("code" in end && (end.code === 0 || step.answers.includes(end.code))) {
    return { host, kind: "success", value: { out, err, code: end.code, cut, ...odd }, ms };
  }
  const how =
    "code" in end ? `exited with code ${String(end.code)}` : `was killed by signal ${end.signal}`;
  const said = lastLine(err) ?? lastLine(out);
  return {
    host,
    kind: "exited",
    step: step.label,
    message: said === undefined ? how : `${how}: ${said}`,
    next:
      said === undefined ? nextWithoutOutput(end) : (adviseRoot(err, step) ?? PLAIN_NEXT.output),
    ...("code" in end ? { code: end.code } : { signal: end.signal }),
    ...printed,
    ms,
  };
}

function nextWithoutOutput(end: Extract<ReachEnd, { kind: "exited" }>): string {
  return "code" in end
    ? "it printed nothing: look up what this code means to the command"
    : "it printed nothing: look in the host's log who or what ended it";
}

function lastLine(text: string): string | undefined {
  const end = plainText(text.trimEnd().slice(-4096)).trimEnd();
  const line = end.split("\n").at(-1)?.trim();
  return line === undefined || line === "" ? undefined : line.slice(0, 300);
}
