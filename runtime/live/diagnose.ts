// From anything that user code threw to a message at the user's own line and column.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { ProgramError } from "../describe/program-error.ts";
import type { Place } from "../describe/place.ts";
import type { EvaluationError } from "../protocol/evaluation.ts";
import { FormFailure } from "./failure.ts";
import type { FormPlace } from "./failure.ts";
import { SourceMistake, asEvaluationError } from "./mistakes.ts";

type Frame = EvaluationError["frames"][number];

export interface DiagnoseOptions {
  /** Where to point when the error itself says nothing. */
  readonly place: FormPlace;
  readonly originOf: (file: string) => Origin;
}

/** Whose file it is: an error is shown at the first frame of the user's, frames of others are left out. */
export type Origin = "user" | "package" | "other";

export function diagnose(error: unknown, options: DiagnoseOptions): EvaluationError {
  if (error instanceof FormFailure) {
    return diagnose(error.thrown, { ...options, place: error.place });
  }
  if (error instanceof SourceMistake) return asEvaluationError(error);
  const frames = framesOf(error).filter((frame) => options.originOf(frame.file) !== "other");
  const first = placeOf(error) ?? frames.find((frame) => options.originOf(frame.file) === "user");
  const at =
    first === undefined
      ? { file: options.place.file, ...options.place.range }
      : { file: first.file, line: first.line, column: first.column };
  return { ...describe(error), ...at, frames };
}

/** Where a mistake in the use of Re-ops says that it is, when no frame of the user's is left to tell. */
function placeOf(error: unknown): Place | undefined {
  return error instanceof ProgramError ? error.place : undefined;
}

function describe(error: unknown): { message: string; name?: string; next?: string } {
  if (error instanceof ProgramError) {
    return { message: error.what, name: error.name, next: error.next };
  }
  if (!isErrorLike(error)) return { message: `${inspect(error)} was thrown` };
  const cause = error.cause === undefined ? "" : `\ncaused by ${oneLine(error.cause)}`;
  const several =
    error instanceof AggregateError
      ? error.errors.map((one) => `\n- ${oneLine(one)}`).join("")
      : "";
  return { message: plainNames(error.message) + several + cause, name: error.name };
}

function oneLine(error: unknown): string {
  return isErrorLike(error) ? `${error.name}: ${plainNames(error.message)}` : inspect(error);
}

function isErrorLike(value: unknown): value is Error {
  return (
    typeof value === "object" &&
    value !== null &&
    "message" in value &&
    typeof value.message === "string"
  );
}

/** Names as the user wrote them: V8 quotes the rewritten ones. */
function plainNames(message: string): string {
  return message
    .replaceAll(/\(0 ?, ?\$(?:file|repl)_*\.([\p{ID_Continue}$]+)\)/gu, "$1")
    .replaceAll(/\$(?:file|repl)_*\.([\p{ID_Continue}$]+)/gu, "$1");
}

function framesOf(error: unknown): Frame[] {
  if (!isErrorLike(error) || typeof error.stack !== "string") return [];
  return error.stack.split("\n").flatMap((line) => {
    const frame = frameIn(line);
    return frame === undefined ? [] : [frame];
  });
}

/** `at name (file:line:column)`, `at async name (…)`, or `at file:line:column`. */
function frameIn(text: string): Frame | undefined {
  const [, called, where] = /^\s+at (?:async )?(?:(.*) \((.*)\)|.*)$/.exec(text) ?? [];
  const place = where ?? text.replace(/^\s+at (?:async )?/, "");
  const [, address, line, column] = /^(.*):(\d+):(\d+)$/.exec(place) ?? [];
  if (address === undefined || address.startsWith("node:")) return undefined;
  const file = address.startsWith("file:") ? fileURLToPath(address) : address;
  if (!path.isAbsolute(file)) return undefined;
  // The body of a form has no name of its own: V8 calls it `eval`.
  const isNamed = called !== undefined && called !== "eval" && called !== "<anonymous>";
  return {
    file: file.replace(/\?\d+$/, ""),
    line: Number(line),
    column: Number(column),
    ...(isNamed ? { functionName: plainNames(called) } : {}),
  };
}
