// The address of a document that shows the output of one host in one run.

export const OUTPUT_SCHEME = "re-ops-output";

export interface OutputAddress {
  readonly project: string;
  readonly runId: string;
  readonly host: string;
}

/** Path and query of its URI; the last part of the path is what a tab shows. */
export function addressParts(address: OutputAddress): { path: string; query: string } {
  const name = address.host.replaceAll(/[/\\]/gu, "∕");
  return { path: `/${encodeURIComponent(address.runId)}/${name}`, query: JSON.stringify(address) };
}

/** Undefined when it is no address of ours, such as one that somebody typed. */
export function parseAddress(query: string): OutputAddress | undefined {
  let value: unknown;
  try {
    value = JSON.parse(query);
  } catch {
    return undefined; // Not ours.
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { project, runId, host } = value as Record<string, unknown>;
  return typeof project === "string" && typeof runId === "string" && typeof host === "string"
    ? { project, runId, host }
    : undefined;
}
