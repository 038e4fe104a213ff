// pretty: prints what came of a run, a line a host.
import { currentEvaluation } from "../../port.ts";
import { STAGE } from "../brand.ts";
import { onOneLine, plainText } from "../plain-text.ts";
import {
  shownFailures,
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
  const { order, steps } = trailOf(outcome);
  const rank = new Map(order.map((host, index) => [host, index]));
  const lines = [...outcome.success, ...shownFailures(outcome)]
    .sort((a, b) => (rank.get(a.host) ?? 0) - (rank.get(b.host) ?? 0))
    .map((one) => (one.kind === "success" ? successLine(one) : failureLine(one, steps > 1)));
  const body = lines.length === 0 ? [`  ${whyNobody(outcome)}`] : lines;
  return `\n${heading}\n\n${body.join("\n")}\n\n`;
}

function successLine({ host, value }: HostResult<unknown>): string {
  const odd = typeof value === "object" && value !== null ? oddOutput(value) : "";
  return `  ✔ ${onOneLine(host)}${odd}`;
}

/** What only a person can mend says how; the rest is said by what happened. */
function failureLine(failure: HostFailure, withStep: boolean): string {
  const { host, kind, step, message, next } = failure;
  const what = withStep && kind !== "cancelled" ? `${step}: ${message}` : message;
  const line = `  x ${onOneLine(host)} - ${onOneLine(plainText(what))}${oddOutput(failure)}`;
  const needsSomebody = kind === "refused" || kind === "unknown";
  return needsSomebody && next !== "" ? `${line}\n      next: ${onOneLine(plainText(next))}` : line;
}

function whyNobody(outcome: Outcome<unknown>): string {
  return trailOf(outcome).notMet ? "no host met the condition" : "no hosts, so nothing was done";
}

/** What is not in the text of an output, and where all of it is as it came. */
function oddOutput(value: object): string {
  const { cut, replaced, rest } = value as Partial<Record<"cut" | "replaced" | "rest", unknown>>;
  const said = [
    ...(isCount(cut) ? [`${formatBytes(cut)} of its output cut`] : []),
    ...(isCount(replaced) ? [`${formatBytes(replaced)} of it not UTF-8`] : []),
    ...(typeof rest === "string" ? [`what is kept of it: ${rest}`] : []),
  ];
  return isCount(cut) || isCount(replaced) ? ` (${said.join(", ")})` : "";
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && value > 0;
}

function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${String(bytes)} bytes`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
