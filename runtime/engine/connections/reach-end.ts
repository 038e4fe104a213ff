// How a command on a host ended, in the words that a person reads: what happened, where, why and what to do next.
import { PLAIN_NEXT } from "../../describe/pipelines/next-words.ts";
import type { FailureKind } from "../../describe/pipelines/outcome.ts";
import type { ShellEnd } from "../shell/execute.ts";
import { type Interrupted, type Interruption, reasonOf } from "../shell/step-watch.ts";
import type { Leftover } from "../shell/stop.ts";
import { ConnectionError, LostError } from "../host-errors.ts";

/** Something that still runs on a host, or may. */
export interface Survivor {
  readonly pid?: number;
  readonly message: string;
}

export type ReachFailure = {
  readonly kind: Exclude<FailureKind, "exited" | "skipped">;
  readonly message: string;
  readonly next: string;
  readonly survivors?: readonly Survivor[];
  /** Something ran there, and is gone. */
  readonly wasStopped?: true;
};

export type ReachEnd =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "exited"; readonly signal: string }
  | ReachFailure;

export interface EndContext {
  /** `user@host:port`. */
  readonly place: string;
  /** Why the connection is gone, if it is. */
  readonly closed?: string | undefined;
}

export function describeEnd(end: ShellEnd, context: EndContext): ReachEnd {
  switch (end.kind) {
    case "code":
      return { kind: "exited", code: end.code };
    case "signal":
      return { kind: "exited", signal: end.signal };
    case "lost":
      return describeLost(end.pid, context);
    case "notStarted":
      return describeNotStarted(end, context);
    case "stopped":
      return describeStopped(end.reason, end.leftover, context);
  }
}

export interface StartContext {
  /** What was being done, such as "connecting". */
  readonly doing: string;
  readonly place: string;
  /** The one with which the step is stopped. */
  readonly signal: AbortSignal;
}

/** For what kept a command from being started, or hid whether it was; undefined when it is no matter of the host. */
export function describeNotBegun(error: unknown, context: StartContext): ReachFailure | undefined {
  const { doing, place, signal } = context;
  if (error instanceof ConnectionError) {
    return { kind: error.kind, message: error.message, next: error.next };
  }
  if (error instanceof LostError) {
    if (!error.commandSent) return describeBroken(error, place);
    return signal.aborted
      ? describeOutOfSight(`${reasonOf(signal).message} while starting (${place})`, error.message)
      : describeLost(undefined, { place, closed: error.message });
  }
  return signal.aborted && error === signal.reason
    ? describeStoppedEarly(reasonOf(signal), doing, place)
    : undefined;
}

function describeBroken({ message }: LostError, place: string): ReachFailure {
  return {
    kind: "unreachable",
    message: `the connection broke before the command was started (${place}): ${message}`,
    next: "try again",
  };
}

function describeStoppedEarly(
  { why, message }: Interrupted,
  doing: string,
  place: string,
): ReachFailure {
  return {
    kind: kindOf(why),
    message: `${message} while ${doing} (${place}); nothing was started there`,
    next: NEXT_AFTER[why],
  };
}

function describeLost(pid: number | undefined, { place, closed }: EndContext): ReachFailure {
  const why = closed ?? "the host closed the channel without saying how it ended";
  const message = `lost sight of it (${place}): ${why}; it may have ended, or still run${pid === undefined ? "" : ` as pid ${pid}`}`;
  return {
    kind: "unknown",
    message,
    next: "look on the host before you run it again",
    survivors: [{ ...(pid !== undefined && { pid }), message }],
  };
}

function describeNotStarted(
  { exit, noise }: Extract<ShellEnd, { kind: "notStarted" }>,
  { place }: EndContext,
): ReachFailure {
  const how = exit.signal === undefined ? `code ${exit.code ?? 0}` : exit.signal;
  const said = noise === "" ? "" : `: ${noise.split("\n").slice(-3).join(" / ")}`;
  return {
    kind: "refused",
    message: `the login shell did not hand the command to sh and ended with ${how} (${place})${said}`,
    next: "look there for a forced command, a login shell other than sh, bash, zsh or fish, or a missing setsid",
  };
}

function describeStopped(
  { why, message }: Interrupted,
  leftover: Leftover,
  { place }: EndContext,
): ReachFailure {
  const kind = kindOf(why);
  const head = `${message} while running (${place})`;
  if (leftover.kind === "nothing") {
    return {
      kind,
      wasStopped: true,
      message: `${head}; its process group is gone`,
      next: NEXT_AFTER[why],
    };
  }
  if (leftover.kind === "processes") {
    const pids = leftover.processes.map(({ pid }) => pid);
    const isDenied = leftover.processes.some(({ denied }) => denied);
    const how = `end it there${isDenied ? " as root" : ""}: kill -KILL`;
    const survivors = pids.map((pid) => ({
      pid,
      message: `pid ${pid} still runs (${place}); ${how} ${pid}`,
    }));
    return {
      kind,
      message: `${head}, but pid ${pids.join(", ")} could not be stopped`,
      next: `${how} ${pids.join(" ")}`,
      survivors,
    };
  }
  return describeOutOfSight(head, leftover.reason, leftover.pid);
}

/** Nobody could look whether it is gone. */
function describeOutOfSight(head: string, reason: string, pid?: number): ReachFailure {
  const message = `${head}, and lost sight of it: ${reason}; it may still run${pid === undefined ? "" : ` as pid ${pid}`}`;
  return {
    kind: "unknown",
    message,
    next: "look on the host before you run it again",
    survivors: [{ ...(pid !== undefined && { pid }), message }],
  };
}

function kindOf(why: Interruption): "cancelled" | "timedOut" {
  return why === "cancelled" ? "cancelled" : "timedOut";
}

const NEXT_AFTER: Readonly<Record<Interruption, string>> = {
  cancelled: PLAIN_NEXT.again,
  stepTime: "give it more time with stepTimeoutMs, or find out why it is slow",
  idleTime: "give it more time with idleTimeoutMs, or find out what it waits for",
  totalTime: "give it more time with totalTimeoutMs, or take these hosts alone: pick(timedOut)",
};
