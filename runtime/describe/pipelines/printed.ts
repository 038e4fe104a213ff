// What hosts printed, each line with its host before it: to be read, and to be searched by other programs.
import { onOneLine, plainText } from "../plain-text.ts";
import type { HostFailure, HostResult } from "./outcome.ts";

type HostEnd = HostResult<unknown> | HostFailure;

export interface Printed {
  /** A text of whole lines for each host that printed something, then what was left out. */
  readonly texts: readonly string[];
  /** Those of whom all that they printed is there, and something is. */
  readonly whole: ReadonlySet<HostEnd>;
}

/**
 * Lines such as `web-1: up 3 days`: standard output, then standard error; or the text or number that a value was converted to.
 * Failures stand last, and get the room first; no line is made for which there is none.
 */
export function printedBy(
  success: readonly HostResult<unknown>[],
  failures: readonly HostFailure[],
  room: number,
): Printed {
  const whole = new Set<HostEnd>();
  let left = room - SPARE;
  let unshown = 0;

  function fit(one: HostEnd): readonly string[] {
    if (left <= 0) {
      if (textsOf(one).some((text) => text !== "")) unshown += 1;
      return [];
    }
    const text = linesOf(one);
    if (text === "") return [];
    left -= text.length + 1;
    if (left < 0) {
      unshown += 1;
      return [cutTo(text, text.length + left)];
    }
    whole.add(one);
    return [text];
  }

  const last = failures.flatMap(fit);
  const first = success.flatMap(fit);
  return { texts: [...first, ...last, ...(unshown > 0 ? [describeUnshown(unshown)] : [])], whole };
}

/** For line ends, and the line that says what is left out. */
const SPARE = 200;

function cutTo(text: string, length: number): string {
  return `${text.slice(0, length).replace(/\p{Surrogate}$/u, "")} …`;
}

function describeUnshown(count: number): string {
  const hosts = count === 1 ? "1 host" : `${String(count)} hosts`;
  return `… no room for all that ${hosts} printed: Runs in VS Code has it, on the command line --json too`;
}

function linesOf(one: HostEnd): string {
  const host = `${onOneLine(one.host)}: `;
  return textsOf(one)
    .map((text) => plainText(text).replace(/\n$/u, ""))
    .filter((text) => text !== "")
    .map((text) => host + text.replaceAll("\n", () => `\n${host}`))
    .join("\n");
}

function textsOf(one: HostEnd): readonly string[] {
  if (one.kind !== "success") return [one.out ?? "", one.err ?? ""];
  const { value } = one;
  if (typeof value === "string") return [value];
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") {
    return [String(value)];
  }
  if (typeof value !== "object" || value === null) return [];
  const { out, err } = value as { readonly out?: unknown; readonly err?: unknown };
  return [out, err].filter((text) => typeof text === "string");
}
