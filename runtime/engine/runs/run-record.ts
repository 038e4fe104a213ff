// One run as this process knows it: its header, where each host stands, and the output of each step.
import { codeOf } from "../../describe/pipelines/outcome.ts";
import type { RunDescription, StepDescription, StepResult } from "../../port.ts";
import type { RunResult } from "../../protocol/result.ts";
import type { HostSummary, RunHeader, RunState, StepOutput } from "../../protocol/runs.ts";
import type { HostOutput } from "../output/host-output.ts";
import { viewOutput } from "../output/view-output.ts";

const HEAD_LENGTH = 200;

interface HostStep {
  readonly index: number;
  readonly label: string;
  readonly output: HostOutput;
  end?: HostStepEnd;
}

/** How it ended, without the text: that is in the output, which is counted and may be forgotten. */
type HostStepEnd = Pick<StepOutput, "ms" | "message" | "next"> & {
  readonly state: StepResult["kind"];
  readonly code?: number;
  readonly signal?: string;
};

export class RunRecord {
  readonly id: string;
  readonly evaluationId: string | undefined;
  readonly #description: RunDescription;
  readonly #startedAt: number;
  readonly #hosts = new Map<string, HostSummary>();
  readonly #steps = new Map<string, HostStep[]>();
  /** In the order in which they ended. */
  readonly #ended: { readonly host: string; readonly step: HostStep }[] = [];
  #state: RunState = "running";
  #ms: number | undefined;
  #message: string | undefined;
  #label: string | undefined;

  constructor(description: RunDescription, startedAt: number) {
    this.id = description.id;
    this.evaluationId = description.evaluationId;
    this.#description = description;
    this.#startedAt = startedAt;
  }

  get state(): RunState {
    return this.#state;
  }

  startStep(step: StepDescription): void {
    this.#label = step.label;
    for (const host of step.target.hosts) {
      this.#hosts.set(host, { host, state: "waiting", step: step.label });
    }
  }

  startHost(step: StepDescription, host: string, output: HostOutput): void {
    this.#hosts.set(host, { host, state: "running", step: step.label });
    const begun: HostStep = { index: step.index, label: step.label, output };
    const steps = this.#steps.get(host);
    if (steps) steps.push(begun);
    else this.#steps.set(host, [begun]);
  }

  endHost(step: StepDescription, result: StepResult): void {
    const begun = this.#steps.get(result.host)?.find((one) => one.index === step.index);
    if (begun) {
      begun.end = endOf(result);
      this.#ended.push({ host: result.host, step: begun });
    }
    this.#hosts.set(result.host, summaryOf(result, step.label));
  }

  end(state: RunState, message: string | undefined, at: number): void {
    this.#state = state;
    this.#message = message;
    this.#ms = at - this.#startedAt;
  }

  header(): RunHeader {
    const { id, title, place, evaluationId, parentId } = this.#description;
    const counts = { total: this.#hosts.size, ok: 0, failed: 0, running: 0 };
    for (const { state } of this.#hosts.values()) counts[countedAs(state)] += 1;
    return {
      id,
      title,
      state: this.#state,
      startedAt: this.#startedAt,
      counts,
      ...(this.#ms !== undefined && { ms: this.#ms }),
      ...(this.#label !== undefined && { step: this.#label }),
      ...(this.#message !== undefined && { message: this.#message }),
      ...(place && { place }),
      ...(evaluationId !== undefined && { evaluationId }),
      ...(parentId !== undefined && { parentId }),
    };
  }

  hosts(): readonly HostSummary[] {
    return [...this.#hosts.values()];
  }

  busyHosts(): readonly string[] {
    return this.hosts().flatMap(({ host, state }) => (state === "running" ? [host] : []));
  }

  host(name: string): HostSummary | undefined {
    return this.#hosts.get(name);
  }

  /** All that happened so far, as programs want it; once the output was forgotten it is not among it. */
  result(withOutput: boolean): RunResult {
    const { id, title } = this.#description;
    const hosts = this.#ended.map(({ host, step }) => resultOf(host, step, withOutput));
    return { id, title, state: this.#state, hosts };
  }

  /** What each step printed on a host, none while it waits for its first; undefined when it is no host of this run. */
  async showOutput(host: string, headBytes: number): Promise<readonly StepOutput[] | undefined> {
    if (!this.#hosts.has(host)) return undefined;
    const steps = this.#steps.get(host) ?? [];
    const shown = steps.map(async ({ index, label, output, end }) => ({
      index,
      label,
      state: end?.state ?? ("running" as const),
      ...(await viewOutput(output, headBytes)),
      ...toldOf(end),
    }));
    return Promise.all(shown);
  }

  outputOf(host: string, step: number): HostOutput | undefined {
    return this.#steps.get(host)?.find(({ index }) => index === step)?.output;
  }

  /** The disk did not take its output, and memory was needed for that of newer runs. */
  outputForgotten(host: string): boolean {
    return this.#steps.get(host)?.some((step) => step.output.forgotten) ?? false;
  }
}

function countedAs(state: HostSummary["state"]): "ok" | "running" | "failed" {
  if (state === "success") return "ok";
  return state === "running" || state === "waiting" ? "running" : "failed";
}

function endOf(result: StepResult): HostStepEnd {
  const { ms } = result;
  const common = ms === undefined ? {} : { ms };
  if (result.kind === "success") return { ...common, state: "success", code: codeOf(result.value) };
  const { kind, message, next, code, signal } = result;
  return {
    ...common,
    state: kind,
    message: copyOf(message),
    next,
    ...(code !== undefined && { code }),
    ...(signal !== undefined && { signal }),
  };
}

function toldOf(end: HostStepEnd | undefined): Pick<StepOutput, "ms" | "message" | "next"> {
  const { ms, message, next } = end ?? {};
  return {
    ...(ms !== undefined && { ms }),
    ...(message !== undefined && { message }),
    ...(next !== undefined && { next }),
  };
}

function resultOf(host: string, step: HostStep, withOutput: boolean): RunResult["hosts"][number] {
  const { label, output, end } = step;
  const { state = "unknown", ...rest } = end ?? {};
  const common = { host, kind: state, step: label, ...rest };
  const value = withOutput ? output.value() : undefined;
  if (value === undefined) return common;
  const { cut, ...text } = value;
  return { ...common, ...text, ...((state === "success" || cut > 0) && { cut }) };
}

function summaryOf(result: StepResult, step: string): HostSummary {
  const { host, ms } = result;
  const printed = result.kind === "success" ? result.value : result;
  const { cut = 0, replaced = 0 } = "path" in printed ? {} : printed;
  const common = {
    host,
    step,
    ...(ms !== undefined && { ms }),
    ...(cut > 0 && { cut }),
    ...(replaced > 0 && { replaced }),
  };
  if (result.kind === "success") {
    const { value } = result;
    const head = "out" in value ? value.out : value.path;
    return { ...common, state: "success", code: codeOf(value), ...headOf(head) };
  }
  const { kind, message, next, code, signal, out } = result;
  return {
    ...common,
    state: kind,
    message: copyOf(message),
    next,
    ...(code !== undefined && { code }),
    ...(signal !== undefined && { signal }),
    ...headOf(out ?? ""),
  };
}

function headOf(out: string): { head?: string } {
  const line =
    out
      .slice(0, HEAD_LENGTH * 4)
      .trimStart()
      .split("\n", 1)[0] ?? "";
  return line === "" ? {} : { head: copyOf(line.slice(0, HEAD_LENGTH)) };
}

/** A slice of a string keeps the whole of it in memory: here that would be the output. */
function copyOf(text: string): string {
  return Buffer.from(text).toString();
}
