// Runs, hosts and results for the tests of this folder.
import type { EvaluateResult, HostSummary, RunHeader } from "re-ops/protocol";
import type { InlineResult } from "./inline-results.ts";
import type { KnownRun } from "./run-store.ts";

export function sampleHeader(overrides: Partial<RunHeader> = {}): RunHeader {
  return {
    id: "run-1",
    title: "ls / on 3 hosts",
    state: "succeeded",
    startedAt: 1000,
    ...(overrides.state === "running" ? {} : { ms: 412 }),
    step: "ls /",
    counts: { total: 3, ok: 3, failed: 0, running: 0 },
    ...overrides,
  };
}

export function sampleHost(host: string, overrides: Partial<HostSummary> = {}): HostSummary {
  const isOver = overrides.state !== "running" && overrides.state !== "waiting";
  const time = isOver ? { ms: 120 } : {};
  return { host, state: "success", step: "ls /", head: "bin", ...time, ...overrides };
}

export function sampleRun(
  header: Partial<RunHeader> = {},
  hosts: readonly HostSummary[] = [],
): KnownRun {
  return {
    project: "/project",
    header: sampleHeader(header),
    hosts: new Map(hosts.map((host) => [host.host, host])),
  };
}

export function sampleValue(
  overrides: Partial<Extract<EvaluateResult, { kind: "value" }>> = {},
): EvaluateResult {
  return {
    kind: "value",
    range: { start: 0, end: 5 },
    ms: 1,
    display: "",
    detail: "",
    runs: [],
    ...overrides,
  };
}

export const samplePlace: Omit<InlineResult, "phase"> = {
  id: "evaluation-1",
  file: "/project/a.ts",
  mode: "expression",
  range: { start: 0, end: 5 },
  errorAt: undefined,
};
