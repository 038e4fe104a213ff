// In which order hosts are listed: what went wrong is first, wherever it is in the fleet.
import type { HostSummary } from "re-ops/protocol";
import type { HostState } from "./run-words.ts";

const rank: Readonly<Record<HostState, number>> = {
  exited: 0,
  unreachable: 0,
  refused: 0,
  timedOut: 0,
  unknown: 0,
  running: 1,
  waiting: 2,
  cancelled: 3,
  skipped: 3,
  success: 4,
};

/** What failed, then what runs, waits, or was left out, then what went well; alike in the order of the fleet. */
export function byUrgency(hosts: Iterable<HostSummary>): readonly HostSummary[] {
  return [...hosts].sort((a, b) => rank[a.state] - rank[b.state]);
}
