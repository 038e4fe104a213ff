// The pickers: which of the hosts that a summary shows go on.
import { PICKER } from "../brand.ts";
import { shownFailures, type FailureKind, type Outcome } from "./outcome.ts";
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
 * show there.
 *
 * @example
 * run(exec(hosts, "systemctl start web"), pick(failed), exec("systemctl restart web"), pretty());
 */
export const failed: Picker = picker("failed", (outcome) =>
  shownFailures(outcome).map((failure) => failure.host),
);

/**
 * Picks the hosts that could not be reached.
 *
 * @example
 * const night = await run(exec(hosts, "apt-get -y upgrade"), pretty("upgrade"));
 * run(night, pick(unreachable), exec("apt-get -y upgrade"), pretty("those that were down"));
 */
export const unreachable: Picker = picker("unreachable", withKinds("unreachable"));

/**
 * Picks the hosts on which some time was over: connecting, the step, its silence, or the whole run.
 *
 * @example
 * const first = await run(exec(hosts.with({ stepTimeoutMs: 5_000 }), "sync"), pretty());
 * run(first, pick(timedOut), limit({ stepTimeoutMs: 60_000 }, exec("sync")), pretty("the slow ones"));
 */
export const timedOut: Picker = picker("timedOut", withKinds("timedOut"));

/**
 * A picker of the hosts that failed in one of these ways, such as `"refused"` or `"cancelled"`.
 *
 * @example
 * const night = await run(exec(hosts, "apt-get -y upgrade"), pretty("upgrade"));
 * run(night, pick(ofKind("cancelled", "unknown")), exec("pgrep -a apt-get"), pretty("still at it"));
 */
export function ofKind(...kinds: readonly [FailureKind, ...FailureKind[]]): Picker {
  return picker(`ofKind(${kinds.join(", ")})`, withKinds(...kinds));
}

function withKinds(...kinds: readonly FailureKind[]) {
  const wanted = new Set(kinds);
  return (outcome: Outcome<unknown>): readonly string[] =>
    shownFailures(outcome)
      .filter(({ kind }) => wanted.has(kind))
      .map(({ host }) => host);
}

function picker(name: string, choose: (outcome: Outcome<unknown>) => readonly string[]): Picker {
  Object.defineProperty(choose, "name", { value: name });
  return Object.assign(choose, { [PICKER]: true as const });
}
