// What hosts printed, each line with its host before it: to be read, and to be searched by other programs.
import { onOneLine, plainText } from "../plain-text.ts";
import type { HostFailure, HostResult } from "./outcome.ts";

/** Lines such as `web-1: up 3 days`: standard output, then standard error; or the text or number that a value was converted to. */
export function printedLines(one: HostResult<unknown> | HostFailure): readonly string[] {
  const host = onOneLine(one.host);
  const texts = one.kind === "success" ? textsOf(one.value) : [one.out ?? "", one.err ?? ""];
  return texts.flatMap(linesOf).map((line) => `${host}: ${line}`);
}

/** The lines that there is room for, and how many there is none for. */
export function fitting(lines: readonly string[], room: number): readonly string[] {
  let left = room - SPARE;
  const end = lines.findIndex((line) => (left -= line.length + 1) < 0);
  if (end === -1) return lines;
  const more = `… ${String(lines.length - end)} more lines are not shown: --json and the outcome itself have them`;
  return [...lines.slice(0, end), more];
}

/** For line ends, and the line that says how many there are more. */
const SPARE = 200;

function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") {
    return [String(value)];
  }
  if (typeof value !== "object" || value === null) return [];
  const { out, err } = value as { readonly out?: unknown; readonly err?: unknown };
  return [out, err].filter((text) => typeof text === "string");
}

function linesOf(text: string): readonly string[] {
  const plain = plainText(text).replace(/\n$/u, "");
  return plain === "" ? [] : plain.split("\n");
}
