// What is wrong with a JSON text, and where: V8 does not always say the place.
import { parseJson } from "../modules/json-files.ts";
import { SourceMistake } from "../text/source-mistake.ts";

/** The first mistake, when there is one. */
export function jsonMistake(file: string, text: string): SourceMistake | undefined {
  const message = complaintAbout(text);
  if (message === undefined) return undefined;
  const start = Math.min(firstWrong(text), Math.max(0, text.length - 1));
  const [what] = message.split(
    /,? (?:\.\.\.)?"[^]*"(?:\.\.\.)? is not valid JSON| in JSON at position/,
  );
  // The text is no program, but it has lines.
  const lines = text.slice(0, start).split("\n");
  const place = { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
  const range = { ...place, endLine: place.line, endColumn: place.column + 1 };
  return new SourceMistake(`${what ?? message} in JSON`, file, range);
}

/** How much of the text could still become JSON. */
function firstWrong(text: string): number {
  let good = 0;
  let wrong = text.length + 1;
  while (wrong - good > 1) {
    const middle = Math.floor((good + wrong) / 2);
    if (couldGoOn(text.slice(0, middle))) good = middle;
    else wrong = middle;
  }
  return good;
}

function couldGoOn(part: string): boolean {
  const complaint = complaintAbout(part);
  if (complaint === undefined || /end of JSON|Unterminated/.test(complaint)) return true;
  const [, position] = /position (\d+)/.exec(complaint) ?? [];
  return position !== undefined && Number(position) >= part.length;
}

function complaintAbout(text: string): string | undefined {
  try {
    parseJson(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
