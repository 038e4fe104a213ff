// How the connection to a project's server stands, and what the status bar says of all of them.
import type { Status } from "re-ops/protocol";
import { type WorkUnderWay, workWords } from "./work-under-way.ts";

export type ConnectionState =
  | { readonly kind: "connecting" }
  | { readonly kind: "ready"; readonly status: Status | undefined }
  | { readonly kind: "lost"; readonly attempts: number; readonly message: string };

export interface ConnectionView {
  /** The project folder. */
  readonly project: string;
  readonly state: ConnectionState;
}

export interface StatusView {
  readonly text: string;
  readonly tooltip: string;
  readonly severity: "normal" | "warning";
  readonly spoken: string;
}

/** Tries in a row that fail before a person is told. */
export const SPEAK_UP_AFTER = 4;

const delaysMs = [0, 250, 1000, 2000, 5000, 10_000];

/** How long to wait before the next try when so many have failed in a row. */
export function retryDelayMs(attempts: number): number {
  return delaysMs[attempts - 1] ?? 30_000;
}

/** Undefined when there is nothing to be shown: no project is open. */
export function describeStatus(
  connections: readonly ConnectionView[],
  work: WorkUnderWay,
): StatusView | undefined {
  if (connections.length === 0) return undefined;
  const lost = connections.some(({ state }) => state.kind === "lost");
  const busy = connections
    .map(({ state }) => busyWords(state))
    .find((words) => words !== undefined);
  const words = busy ?? workWords(work);
  const icon = lost ? "$(warning)" : words === undefined ? "$(terminal)" : "$(sync~spin)";
  const tooltip = [
    ...connections.map(({ project, state }) => `${project}: ${stateWords(state)}`),
    ...tooltipOf(work),
  ].join("\n");
  return {
    text: `${icon} Re-ops${words === undefined ? "" : `: ${words}`}`,
    tooltip,
    severity: lost ? "warning" : "normal",
    spoken: `Re-ops, ${words ?? "ready"}`,
  };
}

function tooltipOf({ runs, evaluations }: WorkUnderWay): string[] {
  if (runs === 0 && evaluations === 0) return ["Nothing is running."];
  return [
    ...(runs > 0 ? [`Runs under way: ${String(runs)}`] : []),
    ...(evaluations > 0 ? [`Evaluations under way: ${String(evaluations)}`] : []),
  ];
}

function busyWords(state: ConnectionState): string | undefined {
  if (state.kind === "connecting") return "starting";
  if (state.kind === "lost") return "connecting again";
  const live = state.status?.live.state;
  return live === "starting" || live === "restarting" ? live : undefined;
}

function stateWords(state: ConnectionState): string {
  if (state.kind === "connecting") return "starting its server";
  if (state.kind === "lost") return `no server (${state.message}), trying again`;
  return state.status === undefined ? "ready" : readyWords(state.status);
}

function readyWords({ live, connections, pid }: Status): string {
  const process = {
    starting: "live process starting",
    ready: "ready",
    restarting: "live process restarting",
    stopped: "live process stopped, the next evaluation starts it",
  }[live.state];
  const hosts = connections === 1 ? "1 host connected" : `${String(connections)} hosts connected`;
  return `${process}, ${hosts}, server ${String(pid)}`;
}
