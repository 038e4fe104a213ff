// What a cancel achieved, and what is left to itself, in words for a terminal.
import { nameSome } from "../describe/hosts/name-some.ts";
import type { CancelReport } from "../port.ts";
import type { RunResult } from "../protocol/result.ts";
import type { LazyEngine } from "./lazy-engine.ts";

export function describeCancel(reports: readonly CancelReport[]): string {
  const stopped = reports.reduce((sum, report) => sum + report.stopped, 0);
  const survivors = reports.flatMap((report) => report.survivors);
  const hosts = stopped === 1 ? "1 host" : `${String(stopped)} hosts`;
  const lines = survivors.map(({ host, message }) => `  ${host}: ${message}`);
  if (stopped > 0) return [`stopped on ${hosts}`, ...lines].join("\n");
  return lines.length > 0 ? ["may still run", ...lines].join("\n") : "nothing had begun on a host";
}

const NAMED = 10;

/** A line for each run that is under way when the process ends: nobody has looked what became of it. */
export function describeLeft(
  underWay: readonly RunResult[],
  engine: Pick<LazyEngine, "busyHosts">,
): readonly string[] {
  return underWay.map(({ id, title }) => {
    const hosts = engine.busyHosts(id);
    const left =
      hosts.length === 0
        ? "nothing of it ran on a host at that moment"
        : `it may still run: look on ${nameSome(hosts, NAMED)}`;
    return `${title}: the program ended while this was under way; ${left}`;
  });
}
