// How two versions of a text differ: what goes over a connection in place of a text that the other end nearly has.
import { z } from "zod";

/** One piece of a text that was replaced; offsets in UTF-16 units. */
export const textChangeSchema = z.object({
  start: z.number().int().nonnegative(),
  /** Exclusive, in the older text. */
  end: z.number().int().nonnegative(),
  /** What stands there instead. */
  text: z.string(),
});

export type TextChange = z.infer<typeof textChangeSchema>;

/** The smallest piece without which both texts are the same. */
export function changeBetween(before: string, after: string): TextChange {
  const most = Math.min(before.length, after.length);
  const start = equalFrom(before, after, most);
  const behind = equalBehind(before, after, most - start);
  return {
    start,
    end: before.length - behind,
    text: after.slice(start, after.length - behind),
  };
}

/** Throws when the change is none of this text. */
export function applyChange(before: string, { start, end, text }: TextChange): string {
  if (start > end || end > before.length) {
    throw new Error(`no piece of a text of ${before.length} letters: ${start} to ${end}`);
  }
  return before.slice(0, start) + text + before.slice(end);
}

/** Long pieces are compared far faster than their letters one by one. */
const LONGEST_PIECE = 65_536;

function equalFrom(one: string, other: string, most: number): number {
  let at = 0;
  const isEqual = (size: number) => one.slice(at, at + size) === other.slice(at, at + size);
  for (let size = LONGEST_PIECE; size >= 1; size /= 2) {
    while (at + size <= most && isEqual(size)) at += size;
  }
  return at;
}

function equalBehind(one: string, other: string, most: number): number {
  let count = 0;
  const piece = (text: string, size: number) =>
    text.slice(text.length - count - size, text.length - count);
  for (let size = LONGEST_PIECE; size >= 1; size /= 2) {
    while (count + size <= most && piece(one, size) === piece(other, size)) count += size;
  }
  return count;
}
