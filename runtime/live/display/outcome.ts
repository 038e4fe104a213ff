// An outcome in words: counts for one line, a line a host for more.
import { onOneLine, plainText } from "../../describe/plain-text.ts";
import {
  trailOf,
  type HostFailure,
  type HostResult,
  type Outcome,
} from "../../describe/pipelines/outcome.ts";

/** Such as `2 ok · 1 failed`. */
export function countsOf(outcome: Outcome<unknown>): string {
  const { dropped, notMet, order } = trailOf(outcome);
  const { success, failure } = outcome;
  if (order.length === 0) return "no hosts";
  if (notMet) return "not met";
  const parts = [
    success.length > 0 || failure.length === 0 ? `${String(success.length)} ok` : "",
    failure.length > 0 ? `${String(failure.length)} failed` : "",
    dropped.length > 0 ? `${String(dropped.length)} failed and picked away` : "",
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

/** A line for each host, in the order of the hosts asked; `describe` says a host's value in one line. */
export function hostLines(
  outcome: Outcome<unknown>,
  describe: (value: unknown) => string,
  limit: number,
): string[] {
  const { order, dropped } = trailOf(outcome);
  const rank = new Map(order.map((host, index) => [host, index]));
  const all = [...outcome.success, ...outcome.failure, ...dropped].sort(
    (a, b) => (rank.get(a.host) ?? 0) - (rank.get(b.host) ?? 0),
  );
  const away = new Set<unknown>(dropped);
  const lines = all.slice(0, limit).flatMap((one) => {
    if (one.kind === "success") return [successLine(one, describe)];
    return [`${failureLine(one)}${away.has(one) ? " (picked away)" : ""}`, ...nextLine(one)];
  });
  const more = all.length - Math.min(limit, all.length);
  return more > 0 ? [...lines, `… ${String(more)} more hosts`] : lines;
}

function successLine(result: HostResult<unknown>, describe: (value: unknown) => string): string {
  const text = describe(result.value);
  return text === "" ? `✔ ${result.host}` : `✔ ${result.host}  ${text}`;
}

function failureLine({ host, message }: HostFailure): string {
  return `x ${onOneLine(host)} - ${onOneLine(plainText(message))}`;
}

/** What only a person can mend says how, as in a summary. */
function nextLine({ kind, next }: HostFailure): string[] {
  const needsSomebody = kind === "refused" || kind === "unknown";
  return needsSomebody && next !== "" ? [`    next: ${onOneLine(plainText(next))}`] : [];
}
