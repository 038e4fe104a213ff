// The one line beside a form: how it stands, in counts, a time and a value.
import type { EvaluateResult, EvaluationError } from "re-ops/protocol";
import { formatBytes } from "./byte-sizes.ts";
import { formatDuration } from "./durations.ts";
import type { InlineResult } from "./inline-results.ts";
import { firstLine, shorten } from "./short-text.ts";
import { countHosts, countWords } from "./run-counts.ts";
import type { PrintedLines } from "./printed.ts";
import type { KnownRun } from "./run-store.ts";

/** Longer text beside code is not read, and pushes nothing but itself off the screen. */
const LONGEST = 140;

const LONGEST_PRINTED = 70;

const COUNTS = /^(?:no hosts|not met|\d+ (?:ok|failed))(?: ·|$)/u;

/** How an operation is displayed that was only described. */
const NOT_STARTED = /^not started: /u;

/** How a note begins that is no warning: a declaration was needed, and was there. */
const ON_THE_WAY = "evaluated on the way: ";

export type Tone = "pending" | "ok" | "failed" | "quiet";

export interface InlineText {
  readonly text: string;
  readonly tone: Tone;
}

/**
 * `runs` are those that the evaluation started, as they are known now; what it printed is told where they leave room, for
 * most of what runs print says the same once more.
 */
export function describeInline(
  result: InlineResult,
  runs: readonly KnownRun[],
  printed?: PrintedLines,
): InlineText {
  const { phase } = result;
  switch (phase.kind) {
    case "asked":
      return { text: phase.waits ? "… starting" : "…", tone: "pending" };
    case "running":
      return { text: runs.length > 0 ? progress(runs) : lastLine(printed), tone: "pending" };
    case "lost":
      return { text: `✗ ${shorten(phase.message, LONGEST)}`, tone: "failed" };
    case "settled":
      return describeSettled(result, phase.result, runs, printed);
  }
}

/** What a result says in words, such as `12 ok · 1 failed · 0.4 s`. */
export function summarizeRuns(runs: readonly KnownRun[]): string {
  const several = runs.length > 1 ? [`${String(runs.length)} runs`] : [];
  const ms = Math.max(...runs.map(({ header }) => header.ms ?? 0));
  return [
    ...several,
    ...new Set(runs.flatMap(stateWords)),
    ...countWords(countHosts(runs)),
    formatDuration(ms),
    ...cutWords(runs),
  ].join(" · ");
}

/** Whether a value's display is that of an outcome, of which its runs say more. */
export function saysCounts(display: string): boolean {
  return COUNTS.test(display);
}

function describeSettled(
  { mode }: InlineResult,
  result: EvaluateResult,
  runs: readonly KnownRun[],
  printed: PrintedLines | undefined,
): InlineText {
  switch (result.kind) {
    case "error":
      return { text: `✗ ${errorWords(result.error)}`, tone: "failed" };
    case "interrupted":
      return { text: describeInterrupt(result.message), tone: "quiet" };
    case "value":
      return mode === "file" ? describeLoaded(result) : describeValue(result, runs, printed);
  }
}

function describeInterrupt(message: string): string {
  const more = firstLine(message.replace(/^Interrupted\.\s*/u, ""), LONGEST);
  return more === "" ? "⇒ interrupted" : `⇒ interrupted · ${more}`;
}

function describeLoaded({ display, note }: Extract<EvaluateResult, { kind: "value" }>): InlineText {
  const said = ["loaded", display, warningIn(note)].filter((part) => (part ?? "") !== "");
  return { text: `⇒ ${shorten(said.join(" · "), LONGEST)}`, tone: "ok" };
}

function describeValue(
  result: Extract<EvaluateResult, { kind: "value" }>,
  runs: readonly KnownRun[],
  printed: PrintedLines | undefined,
): InlineText {
  const broken = runs.find((run) => run.header.state === "broken")?.header.message;
  if (broken !== undefined) return { text: `✗ ${firstLine(broken, LONGEST)}`, tone: "failed" };
  if (runs.some((run) => run.header.state === "running")) {
    return { text: progress(runs), tone: "pending" };
  }
  const words = valueWords(result, runs);
  const text = shorten(runs.length === 0 ? words + printedWords(printed) : words, LONGEST);
  return { text: `⇒ ${text}`, tone: runs.length === 0 ? toneOfValue(result) : toneOf(runs) };
}

// An outcome says the same of itself as its run.
function valueWords(
  { display, note }: Extract<EvaluateResult, { kind: "value" }>,
  runs: readonly KnownRun[],
): string {
  const summary = runs.length === 0 ? undefined : summarizeRuns(runs);
  const value = summary !== undefined && saysCounts(display) ? "" : display;
  const warning = NOT_STARTED.test(display) ? undefined : warningIn(note);
  const said = [summary, value, warning].filter((part) => part !== undefined && part !== "");
  return said.length === 0 ? "done" : said.join(" · ");
}

function printedWords(printed: PrintedLines | undefined): string {
  if (printed === undefined) return "";
  const { first, count } = printed;
  const more = count > 1 ? ` +${String(count - 1)} ${count === 2 ? "line" : "lines"}` : "";
  return ` · printed: ${shorten(first.trim(), LONGEST_PRINTED)}${more}`;
}

function lastLine(printed: PrintedLines | undefined): string {
  const last = printed?.tail.findLast((line) => line.trim() !== "");
  return last === undefined ? "…" : `… ${shorten(last.trim(), LONGEST_PRINTED)}`;
}

// What happened as it should stands in the hover only.
function warningIn(note: string | undefined): string | undefined {
  const warnings = note?.split(/\n|; /u).filter((part) => !part.startsWith(ON_THE_WAY));
  return warnings?.join("; ");
}

function toneOfValue({ display, note }: Extract<EvaluateResult, { kind: "value" }>): Tone {
  const empty = display === "" && note !== undefined;
  return empty || NOT_STARTED.test(display) ? "quiet" : "ok";
}

function progress(runs: readonly KnownRun[]): string {
  const { total, ok, failed, cancelled } = countHosts(runs);
  if (total === 0) return "…";
  const bad = failed > 0 ? ` · ${String(failed)} failed` : "";
  return `… ${String(ok + failed + cancelled)}/${String(total)}${bad}`;
}

function stateWords(run: KnownRun): string[] {
  switch (run.header.state) {
    case "notMet":
      return ["not met"];
    case "cancelled":
      return countHosts([run]).cancelled > 0 ? [] : ["cancelled"];
    case "interrupted":
      return ["interrupted"];
    case "unknown":
      return ["unknown"];
    case "broken":
      return ["broken"];
    case "running":
    case "succeeded":
    case "failed":
      return [];
  }
}

function cutWords(runs: readonly KnownRun[]): string[] {
  const cut = runs
    .flatMap((run) => [...run.hosts.values()])
    .reduce((bytes, host) => bytes + (host.cut ?? 0), 0);
  return cut > 0 ? [`${formatBytes(cut)} cut`] : [];
}

function toneOf(runs: readonly KnownRun[]): Tone {
  if (countHosts(runs).failed > 0) return "failed";
  if (runs.some(({ header }) => header.state === "failed")) return "failed";
  return runs.every(({ header }) => header.state === "succeeded") ? "ok" : "quiet";
}

function errorWords({ name, message, mend }: EvaluationError): string {
  const short = firstLine(message, LONGEST);
  const isPlain = name === undefined || name === "Error" || short.startsWith(name);
  const what = isPlain ? short : `${name}: ${short}`;
  return shorten(mend?.kind === "rename" ? `${what} · did you mean ${mend.to}?` : what, LONGEST);
}
