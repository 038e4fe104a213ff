// A value as people see it: one short line beside the code, and more of it on demand, both bounded.
import { types } from "node:util";
import { countsOf } from "../../describe/pipelines/counts.ts";
import { isOutcome, type Outcome } from "../../describe/pipelines/outcome.ts";
import { describeValue, type Bounds } from "./describe-value.ts";
import { flatten, layOut } from "./layout.ts";
import { hostLines } from "./outcome.ts";
import { readData } from "./read.ts";

export interface Display {
  /** One line, at most 120 characters. */
  readonly line: string;
  /** Several lines, at most 16 000 characters. */
  readonly detail: string;
}

const LINE_CHARACTERS = 120;
const DETAIL_CHARACTERS = 16_000;
const DETAIL_WIDTH = 100;
const DETAIL_HOSTS = 200;
const IN_LINE: Bounds = { depth: 2, items: 10, text: 100, values: 50, characters: 500 };
const IN_DETAIL: Bounds = { depth: 4, items: 100, text: 10_000, values: 2000, characters: 20_000 };

export function display(value: unknown): Display {
  if (!types.isProxy(value) && isOutcome(value)) return displayOutcome(value);
  return {
    line: oneLine(flatten(describeValue(value, IN_LINE)), LINE_CHARACTERS),
    detail: cut(
      typeof value === "string" ? value : layOut(describeValue(value, IN_DETAIL), DETAIL_WIDTH),
      DETAIL_CHARACTERS,
    ),
  };
}

/** Text on one line: what would break it or move a terminal's cursor is shown as an escape. */
function oneLine(text: string, limit: number): string {
  const escaped = text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, (character) =>
    character === "\n" ? "⏎" : character === "\t" ? " " : JSON.stringify(character).slice(1, -1),
  );
  return cut(escaped, limit);
}

/** Failures come last, and are the last to give way where there is too much to show. */
function displayOutcome(outcome: Outcome<unknown>): Display {
  const line = countsOf(outcome);
  const lines = hostLines(outcome, firstLineOf, DETAIL_HOSTS);
  const failed = cut(lines.failed.join("\n"), DETAIL_CHARACTERS - line.length - 2);
  const room = DETAIL_CHARACTERS - line.length - failed.length - 2;
  const succeeded = cut(lines.succeeded.join("\n"), room);
  return { line, detail: [line, succeeded, failed].filter((text) => text !== "").join("\n") };
}

/** What a host gave: the first line of its output, or its value. */
function firstLineOf(value: unknown): string {
  const out = outputOf(value);
  if (out === undefined) return oneLine(flatten(describeValue(value, IN_LINE)), LINE_CHARACTERS);
  const [first = "", ...others] = out.trimEnd().split("\n");
  const more = others.length > 0 ? ` … ${String(others.length)} more lines` : "";
  return `${oneLine(first, LINE_CHARACTERS)}${more}`;
}

/** The output, when the value is what a command left. */
function outputOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return undefined;
  const [out, err, code] = ["out", "err", "code"].map((key) => readData(value, key));
  const isShellValue = typeof err === "string" && typeof code === "number";
  return isShellValue && typeof out === "string" ? out : undefined;
}

function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return limit < 1 ? "" : `${text.slice(0, limit - 1)}…`;
}
