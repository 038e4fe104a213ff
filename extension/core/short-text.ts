// Text that fits beside code: one line, no longer than there is room.
import { plainText } from "re-ops/client";

/** The first line that says something, cut to `length`. */
export function firstLine(text: string, length: number): string {
  const line = plainText(text)
    .split("\n")
    .map((one) => one.trim())
    .find((one) => one !== "");
  return shorten(line ?? "", length);
}

/** Cuts to `length` characters, the last of them an ellipsis; never in the middle of a surrogate pair. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/u, "")}…`;
}
