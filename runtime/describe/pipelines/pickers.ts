// The pickers: which of the hosts that a summary shows go on.
import { PICKER } from "../brand.ts";
import type { FailureKind, Outcome } from "./outcome.ts";
import type { Picker } from "./types.ts";

/**
 * Picks the hosts on which the last step succeeded.
 *
 * @example
 * run(ls(hosts, "/"), pick(successful), pretty("reached"));
 */
export const successful: Picker = picker("successful", (outcome) =>
  outcome.success.map((result) => result.host),
);

/**
 * Picks the hosts that failed, whatever the kind: they go on. Like every picker of failures it means those that `pretty` would
 * show there, and none that an earlier `pick` has taken away.
 *
 * @example
 * run(sudo(exec(hosts, "systemctl start web")), pick(failed), sudo(exec("systemctl restart web")), pretty());
 */
export const failed: Picker = picker("failed", (outcome) =>
  outcome.failure.map((failure) => failure.host),
);

/**
 * Picks the hosts that could not be reached because something said so: their name is not known, the connection was refused,
 * there is no route, or it broke before anything was started. A host that says nothing at all, as most that are powered
 * off or behind a firewall, is `timedOut`: `ofKind("unreachable", "timedOut")` picks both.
 *
 * @example
 * const night = await run(sudo(exec(hosts, "apt-get -y upgrade")), pretty("upgrade"));
 * run(night, pick(unreachable), sudo(exec("apt-get -y upgrade")), pretty("once more"));
 */
export const unreachable: Picker = picker("unreachable", withKinds("unreachable"));

/**
 * Picks the hosts on which some time was over: connecting (as of hosts that are powered off), the step, its silence, or the
 * whole run. Of the last three something may have been done there before it was stopped.
 *
 * @example
 * const first = await run(exec(hosts.with({ stepTimeoutMs: 5_000 }), "sync"), pretty());
 * run(first, pick(timedOut), limit({ stepTimeoutMs: 60_000 }, exec("sync")), pretty("the slow ones"));
 */
export const timedOut: Picker = picker("timedOut", withKinds("timedOut"));

/**
 * A picker of the hosts that failed in one of these ways, such as `"refused"` or `"cancelled"`. `"unreachable"` and
 * `"timedOut"` together are all hosts that were down, and those on which a step was stopped because its time was over.
 *
 * @example
 * const night = await run(sudo(exec(hosts, "apt-get -y upgrade")), pretty("upgrade"));
 * run(night, pick(ofKind("unreachable", "timedOut")), sudo(exec("apt-get -y upgrade")), pretty("those that were down"));
 * run(night, pick(ofKind("cancelled", "unknown")), exec("pgrep -a apt-get"), pretty("still at it"));
 */
export function ofKind(...kinds: readonly [FailureKind, ...FailureKind[]]): Picker {
  return picker(`ofKind(${kinds.join(", ")})`, withKinds(...kinds));
}

function withKinds(...kinds: readonly FailureKind[]) {
  const wanted = new Set(kinds);
  return (outcome: Outcome<unknown>): readonly string[] =>
    outcome.failure.filter(({ kind }) => wanted.has(kind)).map(({ host }) => host);
}

function picker(name: string, choose: (outcome: Outcome<unknown>) => readonly string[]): Picker {
  Object.defineProperty(choose, "name", { value: name });
  return Object.assign(choose, { [PICKER]: true as const });
}
