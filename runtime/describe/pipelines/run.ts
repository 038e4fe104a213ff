// run: starts a pipeline, from a source through any number of stages.
/* oxlint-disable max-params -- an overload for each number of stages is what gives them their types */
import { callSite } from "../place.ts";
import type { AnyStage } from "./kinds.ts";
import { start } from "./start.ts";
import type { Run, Source, Stage } from "./types.ts";

/**
 * Starts a pipeline now and returns its `Run`. Hosts on which an operation succeeded go on to the next stage; the others
 * stay in the outcome's `failure`. Throws `ProgramError` when the source or a stage is none; the run rejects when a stage
 * throws or gives no outcome.
 *
 * @example
 * const outcome = await run(ls(hosts, "/", "-la"), pick(successful), pretty("listing"));
 */
export function run<A>(source: Source<A>): Run<A, A>;
export function run<A, B>(source: Source<A>, a: Stage<A, B>): Run<B>;
export function run<A, B, C>(source: Source<A>, a: Stage<A, B>, b: Stage<B, C>): Run<C>;
export function run<A, B, C, D>(
  source: Source<A>,
  a: Stage<A, B>,
  b: Stage<B, C>,
  c: Stage<C, D>,
): Run<D>;
export function run<A, B, C, D, E>(
  source: Source<A>,
  a: Stage<A, B>,
  b: Stage<B, C>,
  c: Stage<C, D>,
  d: Stage<D, E>,
): Run<E>;
export function run<A, B, C, D, E, F>(
  source: Source<A>,
  a: Stage<A, B>,
  b: Stage<B, C>,
  c: Stage<C, D>,
  d: Stage<D, E>,
  e: Stage<E, F>,
): Run<F>;
export function run<A, B, C, D, E, F, G>(
  source: Source<A>,
  a: Stage<A, B>,
  b: Stage<B, C>,
  c: Stage<C, D>,
  d: Stage<D, E>,
  e: Stage<E, F>,
  f: Stage<F, G>,
): Run<G>;
export function run<A, B, C, D, E, F, G, H>(
  source: Source<A>,
  a: Stage<A, B>,
  b: Stage<B, C>,
  c: Stage<C, D>,
  d: Stage<D, E>,
  e: Stage<E, F>,
  f: Stage<F, G>,
  g: Stage<G, H>,
): Run<H>;
export function run(source: Source<unknown>, ...stages: readonly AnyStage[]): Run<unknown> {
  return start(source, stages, callSite());
}
