// The summary of an outcome: who goes on, who failed and why, what to do next, how many; on request what they printed.
import { onOneLine, plainText } from "../plain-text.ts";
import { countsOf } from "./counts.ts";
import { nextWords } from "./next-words.ts";
import { pickedAway, trailOf, type HostFailure, type HostResult, type Outcome } from "./outcome.ts";
import { printedBy, type Printed } from "./printed.ts";

export interface SummaryOptions {
  readonly output?: boolean;
  /** How many characters there is room for. What hosts printed gives way; the summary itself does not. */
  readonly room?: number | undefined;
}

/** The text that `pretty` prints. */
export function summaryOf(
  outcome: Outcome<unknown>,
  title?: string,
  { output = false, room = MOST_ROOM }: SummaryOptions = {},
): string {
  const heading = title === undefined ? "Run summary:" : `Running ${title} summary:`;
  const failures = failuresToTell(outcome);
  const ticks = outcome.success.map((one) => ({ one, line: successLine(one) }));
  const { failed, shared } = tellFailures(outcome, failures);
  const counts = countsBlock(outcome, output);
  const most = [heading, ...ticks.map(({ line }) => line), ...failed, ...shared, ...counts];
  const { texts, whole } = output
    ? printedBy(outcome.success, failures, room - most.join("\n").length)
    : NOTHING_PRINTED;
  // Its own lines tell of a host that printed something, unless something is odd about them.
  const ticked = ticks.filter(({ one }) => !whole.has(one) || oddIn(one.value) !== "");
  const said = [[...ticked.map(({ line }) => line), ...failed], shared, counts];
  const blocks = [texts, ...said].filter((block) => block.length > 0);
  const body = blocks.length === 0 ? [[`  ${whyNobody(outcome)}`]] : blocks;
  return `\n${heading}\n\n${body.map((block) => block.join("\n")).join("\n\n")}\n\n`;
}

/** Of a console without a bound: a text has a greatest length, and more is not read by anybody. */
const MOST_ROOM = 100_000_000;
const NOTHING_PRINTED: Printed = { texts: [], whole: new Set() };

/** When nobody is left, those that were picked away too, so that no failure of the run goes untold. */
function failuresToTell(outcome: Outcome<unknown>): readonly HostFailure[] {
  if (outcome.hosts.hosts.length > 0) return outcome.failure;
  const rank = new Map(trailOf(outcome).order.map((host, index) => [host, index]));
  return [...pickedAway(outcome), ...outcome.failure].sort(
    (a, b) => (rank.get(a.host) ?? 0) - (rank.get(b.host) ?? 0),
  );
}

/** A line a host, with what to do next there; then what to do next on several. */
function tellFailures(
  outcome: Outcome<unknown>,
  failures: readonly HostFailure[],
): Record<"failed" | "shared", readonly string[]> {
  const { own, shared } = nextWords(failures);
  const { dropped, steps } = trailOf(outcome);
  const away = new Set(dropped);
  const failed = failures.flatMap((failure) => {
    const line = failureLine(failure, steps > 1) + (away.has(failure) ? " (picked away)" : "");
    const next = own.get(failure);
    return next === undefined ? [line] : [line, `      ${next}`];
  });
  return { failed, shared: shared.map((text) => `  ${text}`) };
}

function successLine({ host, value }: HostResult<unknown>): string {
  return `  ✔ ${onOneLine(host)}${oddIn(value)}`;
}

function failureLine(failure: HostFailure, withStep: boolean): string {
  const { host, kind, step, message } = failure;
  const what = withStep && kind !== "cancelled" ? `${step}: ${message}` : message;
  return `  x ${onOneLine(host)} - ${onOneLine(plainText(what))}${oddIn(failure)}`;
}

/** So many ticks need no count. */
const FEW = 10;

function countsBlock(outcome: Outcome<unknown>, output: boolean): readonly string[] {
  const { success, failure, hosts } = outcome;
  const hasFailed = failure.length > 0 || pickedAway(outcome).length > 0;
  const isClear = success.length === 0 || (!output && success.length <= FEW);
  if (!hasFailed && isClear) return [];
  return [`  ${countsOf(outcome, { names: hosts.hosts.length > 0 })}`];
}

function whyNobody(outcome: Outcome<unknown>): string {
  const { notMet, ended } = trailOf(outcome);
  if (ended !== undefined) return `${ended}; nothing was run after it`;
  return notMet ? "no host met the condition" : "no hosts, so nothing was done";
}

/** What is not in the text of an output, and where all of it is as it came. */
function oddIn(value: unknown): string {
  if (typeof value !== "object" || value === null) return "";
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
