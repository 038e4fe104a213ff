// The words, icons and colours for how runs and hosts stand.
import type { HostSummary, RunState } from "re-ops/protocol";
import { formatDuration } from "./durations.ts";

export type HostState = HostSummary["state"];

export interface Look {
  readonly words: string;
  /** Name of a product icon. */
  readonly icon: string;
  /** Name of a theme colour; the usual one without it. */
  readonly color?: string;
}

const PASSED = "testing.iconPassed";
const FAILED = "testing.iconFailed";
const SKIPPED = "testing.iconSkipped";

export const lookOfRun: Readonly<Record<RunState, Look>> = {
  running: { words: "running", icon: "sync~spin" },
  succeeded: { words: "succeeded", icon: "pass", color: PASSED },
  failed: { words: "failed", icon: "error", color: FAILED },
  notMet: { words: "condition not met", icon: "circle-slash", color: SKIPPED },
  cancelled: { words: "cancelled", icon: "circle-slash", color: SKIPPED },
  broken: { words: "broken by a mistake in the program", icon: "bug", color: FAILED },
  interrupted: { words: "interrupted", icon: "debug-disconnect", color: SKIPPED },
  unknown: { words: "unknown", icon: "question", color: SKIPPED },
};

export const lookOfHost: Readonly<Record<HostState, Look>> = {
  waiting: { words: "waiting", icon: "circle-outline" },
  running: { words: "running", icon: "sync~spin" },
  success: { words: "ok", icon: "pass", color: PASSED },
  exited: { words: "failed", icon: "error", color: FAILED },
  unreachable: { words: "unreachable", icon: "debug-disconnect", color: FAILED },
  refused: { words: "refused", icon: "lock", color: FAILED },
  timedOut: { words: "timed out", icon: "watch", color: FAILED },
  cancelled: { words: "cancelled", icon: "circle-slash", color: SKIPPED },
  skipped: { words: "skipped", icon: "debug-step-over", color: SKIPPED },
  unknown: { words: "unknown", icon: "question", color: SKIPPED },
};

/** Such as `ok`, `exited with 2`, `killed by KILL`, `timed out`. */
export function hostWords({ state, code, signal }: HostSummary): string {
  if (state !== "exited") return lookOfHost[state].words;
  if (signal !== undefined) return `killed by ${signal}`;
  return code === undefined ? "failed" : `exited with ${String(code)}`;
}

/** How a host stands and since when, such as `ok · 0.4 s`. */
export function hostLine(host: HostSummary): string {
  const time = host.ms === undefined ? [] : [formatDuration(host.ms)];
  return [hostWords(host), ...time].join(" · ");
}
