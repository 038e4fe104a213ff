// A mistake in the user's program as the command line tells it: what, where, what next.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { diagnose, type Origin } from "../live/mistakes/diagnose.ts";
import { traceLines } from "../live/mistakes/trace-text.ts";
import type { EvaluationError } from "../protocol/evaluation.ts";

export type Mistake = Pick<EvaluationError, "message" | "name" | "next" | "frames" | "causes"> & {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
};

const OWN_FOLDER = fileURLToPath(new URL("..", import.meta.url));

/** From whatever the program threw; `file` is where to point when the error itself says nothing. */
export function mistakeOf(thrown: unknown, file: string): Mistake {
  const told = diagnose(thrown, { place: { file, range: UNKNOWN_RANGE }, originOf });
  const header = placeInHeader(thrown);
  if (header !== undefined) return { ...told, ...header };
  if (told.line > 0) return told;
  const { message, name, next, frames, causes } = told;
  return {
    message,
    frames,
    file,
    ...(causes !== undefined && { causes }),
    ...(name !== undefined && { name }),
    ...(next !== undefined && { next }),
  };
}

const UNKNOWN_RANGE = { line: 0, column: 0, endLine: 0, endColumn: 0 };

/** Several lines, the first of which stands for itself. */
export function describeMistake({
  message,
  name,
  next,
  file,
  line,
  column,
  frames,
  causes,
}: Mistake): string {
  const what = nameMistake({ message, name });
  const position = line === undefined ? "" : `:${String(line)}:${String(column ?? 1)}`;
  return [
    what,
    ...(file === undefined ? [] : [`    at ${file}${position}`]),
    ...traceLines({ frames, causes }),
    ...(next === undefined ? [] : [`  next: ${next}`]),
  ].join("\n");
}

/** Its name tells a reader something, but for that of our own mistakes, which every one of them has. */
export function nameMistake({
  message,
  name,
}: {
  message: string;
  name?: string | undefined;
}): string {
  return name === undefined || name === "ProgramError" ? message : `${name}: ${message}`;
}

function originOf(file: string): Origin {
  if (file.startsWith(OWN_FOLDER)) return "other";
  return file.split(path.sep).includes("node_modules") ? "package" : "user";
}

/** Node writes the place of a syntax error, and a picture of it, above the error's own text. */
function placeInHeader(
  thrown: unknown,
): { file: string; line: number; column: number } | undefined {
  if (!(thrown instanceof SyntaxError) || thrown.stack === undefined) return undefined;
  const found = /^(\S.*):(\d+)\n(?:.*\n)*?( *)\^/u.exec(thrown.stack);
  const [, address, line, space = ""] = found ?? [];
  if (address === undefined) return undefined;
  const file = address.startsWith("file:") ? fileURLToPath(address) : address;
  return { file, line: Number(line), column: space.length + 1 };
}
