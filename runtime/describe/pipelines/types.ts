// The types that pipelines are made of: operations, stages, sources and runs.
import type { OPERATION, PICKER, RUN, STAGE } from "../brand.ts";
import type { Limits } from "../hosts/limits.ts";
import type { TransferDescription } from "../../port.ts";
import type { Hosts, Sudo } from "../hosts/hosts.ts";
import type { Script } from "../script/script.ts";
import type { HostFailure, HostResult, Outcome, ShellValue } from "./outcome.ts";

/** What an operation asks for, apart from its hosts. */
export interface OperationCall {
  /** Name of the operation, such as `ls`. */
  readonly name: string;
  /** What a person reads, such as `ls /`. */
  readonly label: string;
  readonly script: Script;
  readonly transfer?: TransferDescription;
  /** Exit codes besides 0 that are an answer. */
  readonly answers: readonly number[];
  /** Of this step alone, before those of its hosts. */
  readonly limits?: Limits;
  /** As another user, by sudo. */
  readonly sudo?: Sudo;
}

/** A described run of an operation on hosts: nothing happens until it is awaited or given to `run`. */
export interface Operation<T> extends PromiseLike<Outcome<T>> {
  readonly [OPERATION]: true;
  readonly call: OperationCall;
  readonly target: Hosts;
  /** Failures of hosts that do not go on, from the outcome before. */
  readonly before?: Outcome<unknown>;
}

/** Any function from outcome to outcome, sync or async. */
export type Stage<A, B> = (outcome: Outcome<A>) => Outcome<B> | PromiseLike<Outcome<B>>;

/** An operation inside a pipeline: takes its hosts from upstream. */
export interface OperationStage<T> {
  <A>(outcome: Outcome<A>): Operation<T>;
  readonly [STAGE]: "operation";
}

/** `successful`, `failed`, `timedOut` and the like: which hosts of an outcome go on. */
export interface Picker {
  readonly [PICKER]: true;
  <T>(outcome: Outcome<T>): readonly string[];
}

/**
 * A run under way. Awaited, it gives its outcome; iterated, each host's end in the last operation's step as it arrives.
 */
export interface Run<T, S = unknown>
  extends PromiseLike<Outcome<T>>, AsyncIterable<HostResult<S> | HostFailure> {
  readonly [RUN]: true;
  readonly id: string;
  /** Stops what runs on the hosts; resolves when that was checked. The outcome then says `cancelled`. */
  cancel(reason?: string): Promise<void>;
}

/** Where a pipeline begins. */
export type Source<T> = Operation<T> | Run<T> | Outcome<T> | PromiseLike<Outcome<T>>;

type FirstIsHosts<P extends unknown[]> = P extends []
  ? false
  : Hosts extends NonNullable<P[0]>
    ? true
    : false;

/** Both forms of an operation: with hosts a source, without them a stage. */
export interface Dual<P extends unknown[], T> {
  (hosts: Hosts, ...args: P): Operation<T>;
  (...args: P): OperationStage<T>;
  readonly operationName: string;
  readonly doc: string;
}

/** The dual form of a body, refused when the body's own first parameter would accept a `Hosts`. */
export type DualOf<F extends (...args: never[]) => Script> =
  FirstIsHosts<Parameters<F>> extends true
    ? { readonly error: "the first parameter of an operation may not accept a Hosts" }
    : Dual<Parameters<F>, ShellValue>;
