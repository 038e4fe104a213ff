// What a cancel achieved, in words for a terminal.
import type { CancelReport } from "../port.ts";

export function describeCancel(reports: readonly CancelReport[]): string {
  const stopped = reports.reduce((sum, report) => sum + report.stopped, 0);
  const survivors = reports.flatMap((report) => report.survivors);
  const hosts = stopped === 1 ? "1 host" : `${String(stopped)} hosts`;
  const lines = survivors.map(({ host, message }) => `  ${host}: ${message}`);
  if (stopped > 0) return [`stopped on ${hosts}`, ...lines].join("\n");
  return lines.length > 0 ? ["may still run", ...lines].join("\n") : "nothing had begun on a host";
}
