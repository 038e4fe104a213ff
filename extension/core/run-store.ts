// The runs that the servers of this window have told of, newest first, children with their parents.
import type { HostSummary, RunChange, RunDetail, RunHeader } from "re-ops/protocol";

/** Runs without a parent that are kept; the oldest finished ones go first. */
const KEPT_RUNS = 200;

export interface KnownRun {
  readonly project: string;
  readonly header: RunHeader;
  readonly hosts: ReadonlyMap<string, HostSummary>;
}

export interface RunStoreChange {
  readonly runs: readonly string[];
  /** True when runs came or went, so that a list of them is not the same any more. */
  readonly list: boolean;
}

interface Entry extends KnownRun {
  header: RunHeader;
  readonly hosts: Map<string, HostSummary>;
}

export class RunStore {
  readonly #runs = new Map<string, Entry>();
  readonly #children = new Map<string, string[]>();
  readonly #ofEvaluation = new Map<string, string[]>();
  readonly #listeners = new Set<(change: RunStoreChange) => void>();
  #roots: Entry[] = [];

  onChange(listener: (change: RunStoreChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  apply(project: string, changes: readonly RunChange[]): void {
    let list = false;
    for (const { header, hosts } of changes) list = this.#update(project, header, hosts) || list;
    if (list) this.#forgetOldest();
    this.#tell({ runs: changes.map((change) => change.header.id), list });
  }

  /** What a server tells when somebody connects is the truth about its project. */
  replace(project: string, details: readonly RunDetail[]): void {
    for (const { project: owner, header } of this.#runs.values()) {
      if (owner === project) this.#forget(header.id);
    }
    for (const { header, hosts } of details.toReversed()) this.#update(project, header, hosts);
    this.#tell({ runs: details.map((detail) => detail.header.id), list: true });
  }

  get(id: string): KnownRun | undefined {
    return this.#runs.get(id);
  }

  /** Runs that no other run started, newest first. */
  roots(): readonly KnownRun[] {
    return this.#roots;
  }

  /** In the order in which they started. */
  childrenOf(id: string): readonly KnownRun[] {
    return this.#all(this.#children.get(id));
  }

  /** Those that an evaluation started itself, not their children. */
  ofEvaluation(evaluationId: string): readonly KnownRun[] {
    return this.#all(this.#ofEvaluation.get(evaluationId));
  }

  all(ids: readonly string[]): readonly KnownRun[] {
    return this.#all(ids);
  }

  running(): number {
    return this.#roots.filter((run) => run.header.state === "running").length;
  }

  #all(ids: readonly string[] | undefined): readonly KnownRun[] {
    return (ids ?? []).flatMap((id) => this.#runs.get(id) ?? []);
  }

  #update(project: string, header: RunHeader, hosts: readonly HostSummary[]): boolean {
    const known = this.#runs.get(header.id);
    const entry = known ?? { project, header, hosts: new Map<string, HostSummary>() };
    entry.header = header;
    for (const host of hosts) entry.hosts.set(host.host, host);
    if (known === undefined) this.#add(entry);
    return known === undefined;
  }

  #add(entry: Entry): void {
    const { id, parentId, evaluationId, startedAt } = entry.header;
    this.#runs.set(id, entry);
    if (parentId !== undefined) {
      append(this.#children, parentId, id);
      return;
    }
    if (evaluationId !== undefined) append(this.#ofEvaluation, evaluationId, id);
    const older = this.#roots.findIndex((run) => run.header.startedAt <= startedAt);
    this.#roots.splice(older === -1 ? this.#roots.length : older, 0, entry);
  }

  #forgetOldest(): void {
    for (const run of this.#roots.slice(KEPT_RUNS)) {
      if (run.header.state !== "running") this.#forget(run.header.id);
    }
  }

  #forget(id: string): void {
    const evaluationId = this.#runs.get(id)?.header.evaluationId;
    if (evaluationId !== undefined) remove(this.#ofEvaluation, evaluationId, id);
    for (const child of this.#children.get(id) ?? []) this.#forget(child);
    this.#children.delete(id);
    this.#runs.delete(id);
    this.#roots = this.#roots.filter((run) => run.header.id !== id);
  }

  #tell(change: RunStoreChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function append(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function remove(lists: Map<string, string[]>, key: string, value: string): void {
  const left = lists.get(key)?.filter((one) => one !== value) ?? [];
  if (left.length > 0) lists.set(key, left);
  else lists.delete(key);
}
