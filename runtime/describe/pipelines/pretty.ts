// pretty: prints what came of a run, a line a host.
import { currentEvaluation } from "../../port.ts";
import { STAGE } from "../brand.ts";
import {
  everyFailure,
  trailOf,
  type HostFailure,
  type HostResult,
  type Outcome,
} from "./outcome.ts";

/**
 * A stage that prints a summary to whoever asked for the run: the hosts that go on, then why the others do not. When
 * nobody is left it prints every failure on the way.
 *
 * @example
 * run(ls(hosts, "/"), pretty("listing"));
 */
export function pretty(title?: string): <T>(outcome: Outcome<T>) => Outcome<T> {
  const pretty = <T>(outcome: Outcome<T>): Outcome<T> => {
    currentEvaluation().console.write("out", summaryOf(outcome, title));
    return outcome;
  };
  return Object.assign(pretty, { [STAGE]: "look" as const });
}

/** The text that `pretty` prints. */
export function summaryOf(outcome: Outcome<unknown>, title?: string): string {
  const heading = title === undefined ? "Run summary:" : `Running ${title} summary:`;
  const failures = outcome.hosts.hosts.length === 0 ? lastFailures(outcome) : outcome.failure;
  const order = new Map(trailOf(outcome).order.map((host, index) => [host, index]));
  const lines = [...outcome.success, ...failures]
    .sort((a, b) => (order.get(a.host) ?? 0) - (order.get(b.host) ?? 0))
    .map((one) => `  ${one.kind === "success" ? successLine(one) : failureLine(one)}`);
  const body = lines.length === 0 ? ["  no hosts"] : lines;
  return `\n${heading}\n\n${body.join("\n")}\n\n`;
}

function successLine(result: HostResult<unknown>): string {
  const cut = cutBytes(result.value);
  return cut === 0 ? `✔ ${result.host}` : `✔ ${result.host} (${formatBytes(cut)} of output cut)`;
}

function failureLine(failure: HostFailure): string {
  return `x ${failure.host} - ${failure.message}`.replaceAll(/\s*\n\s*/g, " | ");
}

function lastFailures(outcome: Outcome<unknown>): readonly HostFailure[] {
  return [...new Map(everyFailure(outcome).map((failure) => [failure.host, failure])).values()];
}

function cutBytes(value: unknown): number {
  const cut = typeof value === "object" && value !== null && "cut" in value ? value.cut : 0;
  return typeof cut === "number" ? cut : 0;
}

function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${String(bytes)} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(0)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
