// From anything that user code threw to a message at the user's own line and column.
import { inspect, types } from "node:util";
import { ProgramError } from "../../describe/program-error.ts";
import type { EvaluationError, Mend } from "../../protocol/evaluation.ts";
import { causesOf } from "./causes.ts";
import { isFormFailure } from "./failure.ts";
import type { FormPlace } from "./failure.ts";
import { closestName } from "./closest-name.ts";
import { SourceMistake, asEvaluationError } from "../text/source-mistake.ts";
import { UnevaluatedName, UnknownExport, UnknownName } from "./missing-name.ts";
import { RefreshFailure } from "../refresh/refresh-failure.ts";
import { firstFrame, plainNames, traceOf } from "./stack.ts";
import type { Origin } from "./stack.ts";

export type { Origin } from "./stack.ts";

export interface DiagnoseOptions {
  /** Where to point when the error itself says nothing. */
  readonly place: FormPlace;
  readonly originOf: (file: string) => Origin;
  /** The exports of `re-ops`, which a file may have forgotten to import. */
  readonly exported?: readonly string[];
}

/** A message is for people; an error may hold a whole file. */
const LONGEST_MESSAGE = 10_000;

export function diagnose(error: unknown, options: DiagnoseOptions): EvaluationError {
  if (isFormFailure(error)) {
    return diagnose(error.thrown, { ...options, place: error.place });
  }
  if (types.isProxy(error)) {
    const { file, range } = options.place;
    return { ...describeError(error), file, ...range, frames: [] };
  }
  if (error instanceof RefreshFailure) return error.error;
  if (error instanceof SourceMistake) return asEvaluationError(error);
  const { originOf, exported = [] } = options;
  const frames = isErrorLike(error) ? traceOf(error, originOf) : [];
  // A mistake in the use of Re-ops says where it is when no frame of the user's is left to tell.
  const first = (error instanceof ProgramError ? error.place : undefined) ?? firstFrame(frames);
  const at =
    first === undefined
      ? { file: options.place.file, ...options.place.range }
      : { file: first.file, line: first.line, column: first.column };
  const causes = isErrorLike(error) ? causesOf(error, describeError, originOf) : [];
  return {
    ...describeError(error),
    ...mendOf(error, exported),
    ...at,
    frames,
    ...(causes.length > 0 && { causes }),
  };
}

interface Described {
  readonly message: string;
  readonly name?: string;
  readonly next?: string;
}

function describeError(error: unknown): Described {
  if (types.isProxy(error)) return { message: "a proxy was thrown" };
  if (error instanceof ProgramError) {
    return { message: cut(error.what), name: error.name, next: error.next };
  }
  if (!isErrorLike(error)) return { message: `${cut(inspect(error))} was thrown` };
  const message = plainNames(cut(error.message));
  return typeof error.name === "string" ? { message, name: cut(error.name) } : { message };
}

function cut(text: string): string {
  return text.length <= LONGEST_MESSAGE ? text : `${text.slice(0, LONGEST_MESSAGE)}…`;
}

function isErrorLike(value: unknown): value is Error {
  return (
    typeof value === "object" &&
    value !== null &&
    !types.isProxy(value) &&
    "message" in value &&
    typeof value.message === "string"
  );
}

function mendOf(error: unknown, exported: readonly string[]): { mend?: Mend; next?: string } {
  if (error instanceof UnevaluatedName) return { mend: { kind: "evaluate", ...error.declared } };
  if (error instanceof UnknownExport) return rename(error.unknown, error.known());
  if (!(error instanceof UnknownName)) return {};
  const { unknown } = error;
  const known = error.known();
  if (exported.includes(unknown)) return { next: `\`${unknown}\` comes from re-ops: import it` };
  const meant = closestName(unknown, [...known, ...exported, ...GLOBALS]);
  const isThere = meant === undefined || known.includes(meant) || !exported.includes(meant);
  return isThere ? rename(unknown, known.concat(GLOBALS)) : rename(unknown, [meant], " of re-ops");
}

function rename(
  from: string,
  names: readonly string[],
  where = "",
): { mend?: Mend; next?: string } {
  const to = closestName(from, names);
  if (to === undefined) return {};
  return { mend: { kind: "rename", from, to }, next: `Did you mean \`${to}\`${where}?` };
}

const GLOBALS: readonly string[] = Object.getOwnPropertyNames(globalThis);
