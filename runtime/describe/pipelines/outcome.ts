// Outcome: what came of a step on each host. Failures of hosts are values here, never exceptions.
import { OUTCOME, hasBrand } from "../brand.ts";
import { isHosts, type Hosts } from "../hosts/hosts.ts";

export type FailureKind =
  "exited" | "unreachable" | "refused" | "timedOut" | "cancelled" | "skipped" | "unknown";

/** A host on which the step succeeded. `ms` is the time it took there, in milliseconds. */
export interface HostResult<T> {
  readonly host: string;
  readonly kind: "success";
  readonly value: T;
  readonly ms: number;
}

/** A host on which it did not: the step's label, what happened and what to do next. */
export interface HostFailure {
  readonly host: string;
  readonly kind: FailureKind;
  readonly step: string;
  readonly message: string;
  readonly next: string;
  readonly code?: number;
  readonly signal?: string;
  readonly out?: string;
  readonly err?: string;
  /** As in `ShellValue`; absent when it is whole. */
  readonly cut?: number;
  readonly replaced?: number;
  readonly rest?: string;
  readonly ms?: number;
}

/**
 * What a command left: its output as text, its exit code, and how many bytes of output are not in the text (0: it is whole).
 * A value holds up to 1 MB a host, and all values of a step together 64 MB.
 */
export interface ShellValue {
  readonly out: string;
  readonly err: string;
  readonly code: number;
  readonly cut: number;
  /** How many bytes are not UTF-8, for which U+FFFD stands in the text; absent when there are none. */
  readonly replaced?: number;
  /** When the text is not all of it as it came: the folder with what is kept of it (100 MB of a host), in files `out` and `err`. */
  readonly rest?: string;
}

/** What a copy has left: `path` is where it lies, on the host after `scpInto`, on this machine after `scpFrom`. */
export interface Copied {
  readonly path: string;
  /** How many files and links. */
  readonly files: number;
  readonly bytes: number;
  /** Names of what is neither a file, a folder nor a link, and was left out; at most 100 of them. */
  readonly skipped: readonly string[];
}

/** The exit code behind a value; a copy that succeeded has 0. */
export function codeOf(value: ShellValue | Copied): number {
  return "code" in value ? value.code : 0;
}

/** Who goes on (`hosts`), and what happened on each host so far; both lists in the order of the hosts asked. */
export interface Outcome<T> {
  readonly hosts: Hosts;
  readonly success: readonly HostResult<T>[];
  readonly failure: readonly HostFailure[];
}

/** What an outcome remembers besides what it shows: the order of all hosts asked, and failures picked away. */
export interface Trail {
  readonly order: readonly string[];
  readonly dropped: readonly HostFailure[];
  /** The failures that came with the source of the run: it has nothing to tell of those that it picked away. */
  readonly earlier: ReadonlySet<HostFailure>;
  /** How many operations there were so far. */
  readonly steps: number;
  /** A `pick` took nobody, and nobody failed. */
  readonly notMet: boolean;
  /** What a `pick` that took nobody says where somebody failed; nothing runs after it. */
  readonly ended?: string;
}

/** An outcome with its lists in the order of the hosts asked. */
export function makeOutcome<T>(
  hosts: Hosts,
  success: readonly HostResult<T>[],
  failure: readonly HostFailure[],
  trail: Trail = newTrail(hosts, success, failure),
): Outcome<T> {
  const rank = new Map(trail.order.map((host, index) => [host, index]));
  const inOrder = (a: { host: string }, b: { host: string }) =>
    (rank.get(a.host) ?? rank.size) - (rank.get(b.host) ?? rank.size);
  const outcome = {
    hosts,
    success: [...success].sort(inOrder),
    failure: [...failure].sort(inOrder),
  };
  Object.defineProperty(outcome, OUTCOME, { value: trail });
  return outcome;
}

export function isOutcome(value: unknown): value is Outcome<unknown> {
  return hasBrand(value, OUTCOME);
}

/**
 * The value as an outcome, if it is one. One that user code put together, as in `{ ...outcome, success }`, has lost its
 * brand: it is one again, and remembers what the outcome `before` it did.
 */
export function asOutcome(value: unknown, before?: Outcome<unknown>): Outcome<unknown> | undefined {
  if (isOutcome(value)) return value;
  if (!hasShape(value)) return undefined;
  const { hosts, success, failure } = value;
  const trail = newTrail(hosts, success, failure);
  if (before === undefined) return makeOutcome(hosts, success, failure, trail);
  const past = trailOf(before);
  const order = [...new Set([...past.order, ...trail.order])];
  const { dropped, earlier, steps } = past;
  return makeOutcome(hosts, success, failure, { order, dropped, earlier, steps, notMet: false });
}

/** The outcome as the source of another run: what failed so far is nothing that happens in that one. All of it but what was picked away can be picked. */
export function asSource(outcome: Outcome<unknown>): Outcome<unknown> {
  const { ended: _, ...trail } = trailOf(outcome);
  return withTrail(outcome, { ...trail, earlier: new Set(everyFailure(outcome)) });
}

/** The outcome that a stage gave, in the run of the outcome `before` it: a run in that stage had a beginning of its own. */
export function inRunOf(before: Outcome<unknown>, outcome: Outcome<unknown>): Outcome<unknown> {
  const { earlier } = trailOf(before);
  const trail = trailOf(outcome);
  return trail.earlier === earlier ? outcome : withTrail(outcome, { ...trail, earlier });
}

function withTrail(outcome: Outcome<unknown>, trail: Trail): Outcome<unknown> {
  return makeOutcome(outcome.hosts, outcome.success, outcome.failure, trail);
}

export function trailOf(outcome: Outcome<unknown>): Trail {
  return hasBrand(outcome, OUTCOME)
    ? (outcome[OUTCOME] as Trail)
    : newTrail(outcome.hosts, outcome.success, outcome.failure);
}

/** Every failure on the way here, those picked away too. */
export function everyFailure(outcome: Outcome<unknown>): readonly HostFailure[] {
  return [...trailOf(outcome).dropped, ...outcome.failure];
}

/** Those that were picked away in this very run. */
export function pickedAway(outcome: Outcome<unknown>): readonly HostFailure[] {
  const { dropped, earlier } = trailOf(outcome);
  return dropped.filter((failure) => !earlier.has(failure));
}

function newTrail(
  hosts: Hosts,
  success: readonly { readonly host: string }[],
  failure: readonly { readonly host: string }[],
): Trail {
  const named = [...success, ...failure].map((one) => one.host);
  const order = [...new Set([...hosts.hosts, ...named])];
  return { order, dropped: [], earlier: new Set(), steps: 0, notMet: false };
}

function hasShape(value: unknown): value is Outcome<unknown> {
  if (typeof value !== "object" || value === null) return false;
  const { hosts, success, failure } = value as Partial<Outcome<unknown>>;
  return isHosts(hosts) && Array.isArray(success) && Array.isArray(failure);
}
