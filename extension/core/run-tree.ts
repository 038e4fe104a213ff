// The Runs tree as data: runs newest first, below each its hosts and the runs that it started.
import { plainText } from "re-ops/client";
import type { HostSummary } from "re-ops/protocol";
import { formatBytes } from "./byte-sizes.ts";
import { formatDuration } from "./durations.ts";
import { byUrgency } from "./host-order.ts";
import { shorten } from "./short-text.ts";
import { countHosts, countWords } from "./run-counts.ts";
import type { KnownRun, RunStore } from "./run-store.ts";
import { hostLine, lookOfHost, lookOfRun, type Look } from "./run-words.ts";

/** In a side bar of the usual width, this leaves room for the counts. */
const LONGEST_TITLE = 25;

export type RunNode =
  | { readonly kind: "run"; readonly runId: string }
  | { readonly kind: "host"; readonly runId: string; readonly host: string };

/** What a tree item shows, says to a screen reader, and offers commands by (`context`). */
export interface RunNodeData {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly look: Look;
  readonly tooltip: string;
  readonly context: "run.running" | "run.ended" | "host";
  readonly expandable: boolean;
  readonly spoken: string;
}

export function childrenOf(store: RunStore, node: RunNode | undefined): readonly RunNode[] {
  if (node === undefined) return store.roots().map(runNode);
  const run = node.kind === "run" ? store.get(node.runId) : undefined;
  if (run === undefined) return [];
  const hosts = byUrgency(run.hosts.values()).map(({ host }): RunNode => ({
    kind: "host",
    runId: run.header.id,
    host,
  }));
  return [...hosts, ...store.childrenOf(run.header.id).map(runNode)];
}

export function parentOf(store: RunStore, node: RunNode): RunNode | undefined {
  if (node.kind === "host") return { kind: "run", runId: node.runId };
  const parentId = store.get(node.runId)?.header.parentId;
  return parentId === undefined ? undefined : { kind: "run", runId: parentId };
}

/** Undefined for what is not known any more. `named` tells projects apart when the window has several. */
export function describeNode(
  store: RunStore,
  node: RunNode,
  named: (project: string) => string | undefined,
): RunNodeData | undefined {
  const run = store.get(node.runId);
  if (run === undefined) return undefined;
  if (node.kind === "run") return describeRun(store, run, named(run.project));
  const host = run.hosts.get(node.host);
  return host === undefined ? undefined : describeHost(run, host);
}

function describeRun(store: RunStore, run: KnownRun, project: string | undefined): RunNodeData {
  const { header } = run;
  const look = lookOfRun[header.state];
  const running = header.state === "running";
  const counts = countLine(run);
  const time = header.ms === undefined ? [] : [formatDuration(header.ms)];
  const description = [counts, ...time, ...(project === undefined ? [] : [project])].join(" · ");
  return {
    id: `run/${header.id}`,
    label: shortTitle(header.title),
    description,
    look: look.color === undefined || header.counts.failed === 0 ? look : lookOfFailures(look),
    tooltip: runTooltip(run),
    context: running ? "run.running" : "run.ended",
    expandable: run.hosts.size > 0 || store.childrenOf(header.id).length > 0,
    spoken: `${header.title}: ${look.words}, ${description}`,
  };
}

// The counts stand beside it; the whole title is in the tooltip.
function shortTitle(title: string): string {
  return shorten(title.replace(/ on (?:1 host|\d+ hosts)$/u, ""), LONGEST_TITLE);
}

// A run that went on without some of its hosts has succeeded, and yet somebody should look.
function lookOfFailures(look: Look): Look {
  return look === lookOfRun.succeeded
    ? { words: look.words, icon: "warning", color: "list.warningForeground" }
    : look;
}

function describeHost(run: KnownRun, host: HostSummary): RunNodeData {
  const look = lookOfHost[host.state];
  const line = hostLine(host);
  const { message } = host;
  return {
    id: `host/${run.header.id}/${host.host}`,
    label: host.host,
    description: message === undefined ? line : `${oneLine(message)}${timeOf(host)}`,
    look,
    tooltip: hostTooltip(host),
    context: "host",
    expandable: false,
    spoken: [`${host.host}: ${line}`, message, host.next]
      .filter((part) => part !== undefined)
      .join(". "),
  };
}

function timeOf({ ms }: HostSummary): string {
  return ms === undefined ? "" : ` · ${formatDuration(ms)}`;
}

function countLine(run: KnownRun): string {
  const { state } = run.header;
  const counts = countHosts([run]);
  const { total, ok, failed, cancelled } = counts;
  if (state === "running") {
    if (total === 0) return "starting";
    const done = `${String(ok + failed + cancelled)}/${String(total)}`;
    return failed > 0 ? `${done} · ${String(failed)} failed` : done;
  }
  const isPlain = state === "succeeded" || state === "failed" || cancelled > 0;
  return [...(isPlain ? [] : [lookOfRun[state].words]), ...countWords(counts)].join(" · ");
}

function runTooltip({ header }: KnownRun): string {
  const { title, state, step, place, message } = header;
  return [
    title,
    lookOfRun[state].words + (step === undefined ? "" : ` at ${step}`),
    ...(message === undefined ? [] : [message]),
    ...(place === undefined ? [] : [`${place.file}:${String(place.line)}`]),
  ].join("\n");
}

function hostTooltip(host: HostSummary): string {
  return [
    `${host.host}: ${hostLine(host)} at ${host.step}`,
    ...(host.message === undefined ? [] : [host.message]),
    ...(host.next === undefined ? [] : [`Next: ${host.next}`]),
    ...(host.head === undefined || host.head === "" ? [] : [plainText(host.head)]),
    ...(host.cut === undefined || host.cut === 0
      ? []
      : [`${formatBytes(host.cut)} of output was cut`]),
  ].join("\n");
}

function oneLine(text: string): string {
  return shorten(plainText(text).replaceAll(/\s*\n\s*/gu, " | "), 200);
}

function runNode(run: KnownRun): RunNode {
  return { kind: "run", runId: run.header.id };
}
