// What hovering over an inline result shows: how each host stands, the value, and what can be done now.
import type { EvaluateResult, HostSummary } from "re-ops/protocol";
import type { InlineResult } from "./inline-results.ts";
import { errorParts } from "./error-text.ts";
import { byUrgency } from "./host-order.ts";
import { saysCounts, summarizeRuns } from "./inline-text.ts";
import { codeBlock, commandLink, escapeMarkdown } from "./markdown.ts";
import { firstLine } from "./short-text.ts";
import type { PrintedLines } from "./printed.ts";
import type { KnownRun } from "./run-store.ts";
import { formatDuration } from "./durations.ts";
import { lookOfHost } from "./run-words.ts";

const SHOWN_HOSTS = 10;
const SHOWN_DETAIL = 3000;
const LONGEST_LINE = 160;

/** The only commands that links in hovers may run. */
export const hoverCommands = [
  "re-ops.openOutput",
  "re-ops.openPlace",
  "re-ops.cancelRun",
  "re-ops.runAgain",
  "re-ops.interrupt",
  "re-ops.showRuns",
  "re-ops.copyAsJson",
  "re-ops.showOutput",
] as const;

/** Markdown with command links. */
export function describeHover(
  result: InlineResult,
  runs: readonly KnownRun[],
  printed?: PrintedLines,
): string {
  const { phase } = result;
  const parts = [...runs.map((run) => runPart(run)), ...outcomeParts(result, runs)];
  const going = phase.kind === "asked" || phase.kind === "running";
  const links = [
    ...(going ? [commandLink("$(debug-stop) Interrupt", "re-ops.interrupt", result.id)] : []),
    ...(going ? [] : [commandLink("$(debug-rerun) Run again", "re-ops.runAgain", result.id)]),
    ...(hasValue(phase)
      ? [commandLink("$(copy) Copy as JSON", "re-ops.copyAsJson", result.id)]
      : []),
    commandLink("$(output) Console output", "re-ops.showOutput"),
  ];
  // What was printed may be long, and of runs it says little that is new: it must not push anything else out of sight.
  return [...parts, links.join(" &nbsp; "), ...printedParts(printed)].join("\n\n");
}

function printedParts(printed: PrintedLines | undefined): string[] {
  if (printed === undefined) return [];
  const { tail, count } = printed;
  const of =
    count > tail.length ? `, the last ${String(tail.length)} of ${String(count)} lines` : "";
  return [
    `**Printed**${of}`,
    codeBlock(
      tail
        .join("\n")
        .replace(/^\s*\n/u, "")
        .trimEnd(),
      "plaintext",
    ),
  ];
}

function hasValue(phase: InlineResult["phase"]): boolean {
  return phase.kind === "settled" && phase.result.kind === "value" && phase.result.detail !== "";
}

function runPart(run: KnownRun): string {
  const { header } = run;
  const running = header.state === "running";
  const links = [
    ...(running ? [commandLink("$(debug-stop) Cancel", "re-ops.cancelRun", header.id)] : []),
    commandLink("$(list-tree) Runs", "re-ops.showRuns", header.id),
  ];
  const summary = running ? "running" : summarizeRuns([run]);
  const heading = `**${escapeMarkdown(header.title)}** — ${summary} &nbsp; ${links.join(" &nbsp; ")}`;
  const message = header.message === undefined ? [] : [escapeMarkdown(header.message)];
  return [heading, ...message, hostTable(run)].filter((part) => part !== "").join("\n\n");
}

function hostTable(run: KnownRun): string {
  if (run.hosts.size === 0) return "";
  const hosts = byUrgency(run.hosts.values());
  const rows = hosts.slice(0, SHOWN_HOSTS).map((host) => hostRow(run, host));
  const more = hosts.length - SHOWN_HOSTS;
  const rest =
    more > 0
      ? [`\n… and ${String(more)} more in ${commandLink("Runs", "re-ops.showRuns", run.header.id)}`]
      : [];
  return ["| | | |", "|:--|:--|:--|", ...rows, ...rest].join("\n");
}

function hostRow(run: KnownRun, host: HostSummary): string {
  const { words, icon, color } = lookOfHost[host.state];
  const link = commandLink(
    escapeMarkdown(host.host),
    "re-ops.openOutput",
    run.header.id,
    host.host,
  );
  const time = host.ms === undefined ? "" : ` · ${formatDuration(host.ms)}`;
  const next = host.next === undefined ? "" : `<br>Next: ${cell(host.next)}`;
  const said = host.message === undefined ? cell(host.head ?? "") : `${cell(host.message)}${next}`;
  return `| ${coloredIcon(icon, color)} ${link} | ${escapeMarkdown(words + time)} | ${said} |`;
}

// The only style that VS Code lets through is a colour.
function coloredIcon(icon: string, color: string | undefined): string {
  if (color === undefined) return `$(${icon})`;
  return `<span style="color:var(--vscode-${color.replaceAll(".", "-")});">$(${icon})</span>`;
}

function outcomeParts({ phase }: InlineResult, runs: readonly KnownRun[]): string[] {
  switch (phase.kind) {
    case "asked":
    case "running":
      return [];
    case "lost":
      return [escapeMarkdown(phase.message)];
    case "settled":
      return resultParts(phase.result, runs);
  }
}

function resultParts(result: EvaluateResult, runs: readonly KnownRun[]): string[] {
  switch (result.kind) {
    case "value": {
      const isSaid = result.detail === "" || (runs.length > 0 && saysCounts(result.display));
      return [
        ...(result.note === undefined ? [] : [escapeMarkdown(result.note)]),
        ...(isSaid ? [] : [codeBlock(cutDetail(result.detail), "ts")]),
      ];
    }
    case "interrupted":
      return [escapeMarkdown(result.message)];
    case "error":
      return errorParts(result.error);
  }
}

function cutDetail(detail: string): string {
  if (detail.length <= SHOWN_DETAIL) return detail;
  const end = detail.lastIndexOf("\n", SHOWN_DETAIL);
  return `${detail.slice(0, end > 0 ? end : SHOWN_DETAIL)}\n…`;
}

function cell(text: string): string {
  return escapeMarkdown(firstLine(text, LONGEST_LINE));
}
