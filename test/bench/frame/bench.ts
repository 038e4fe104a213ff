// What a bench is: figures that it measures, some of them judged by a goal.
import type { SystemProgram } from "../../../scripts/system-packages.ts";
import type { Ending } from "../../support/temporary.ts";

export interface Goal {
  readonly relation: "<=" | ">=";
  readonly than: number;
}

export interface Figure {
  readonly name: string;
  /** Such as `ms`, `x`, `%`, `MB`. */
  readonly unit: string;
  /** The median of the samples, or what was computed of medians; nothing when it could not be measured. */
  readonly value: number | undefined;
  readonly samples: readonly number[];
  /** A figure without one is printed, not judged. */
  readonly goal?: Goal;
  /** What it is compared with, or how it was measured. */
  readonly against: string;
  /** Why there is no value. */
  readonly why?: string;
}

/** Programs of others that a bench compares with: a key for the bench, what must be on PATH, and the package that brings it. */
export type Peers = Readonly<Record<string, SystemProgram>>;

export interface BenchContext extends Ending {
  /** Few repetitions and hosts: to see that the bench works, not to judge. */
  readonly short: boolean;
  /** Instead of the bench's own number of repetitions. */
  readonly repetitions?: number;
  /** Why a peer is not there, by its key; empty when all are. */
  readonly absent: ReadonlyMap<string, string>;
  /** Says what goes on, beside the table. */
  say(line: string): void;
}

export interface Bench {
  readonly name: string;
  /** One line for the list. */
  readonly about: string;
  readonly peers: Peers;
  measure(context: BenchContext): Promise<readonly Figure[]>;
}

/** A figure that could not be measured is missed, whether it has a goal or not. */
export function isMet({ value, goal }: Figure): boolean {
  if (value === undefined || !Number.isFinite(value)) return false;
  if (goal === undefined) return true;
  return goal.relation === "<=" ? value <= goal.than : value >= goal.than;
}

export function describeGoal(goal: Goal): string {
  return `${goal.relation} ${goal.than}`;
}
