// What a cancel achieved, and what is left to itself, in words for a terminal.
import { nameSome } from "../describe/hosts/name-some.ts";
import type { CancelReport } from "../port.ts";
import type { RunRecorder } from "./run-recorder.ts";

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
export function describeLeft(recorder: RunRecorder): readonly string[] {
  return recorder.underWay().map(({ id, title }) => {
    const hosts = recorder.busyHosts(id);
    const where = hosts.length === 0 ? "its hosts" : nameSome(hosts, NAMED);
    return `${title}: the program ended while this was under way; it may still run: look on ${where}`;
  });
}
