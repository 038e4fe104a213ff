// The text of a stream of output of which the beginning and the end are at hand: whole characters, and a mark at the gap.
import { continuingBytes, countReplaced, unfinishedBytes } from "./utf8.ts";

export interface StreamEnds {
  readonly head: Buffer;
  /** The last bytes, none of which is in the head. */
  readonly tail: Buffer;
  /** Of the whole stream so far. */
  readonly bytes: number;
  /** Nothing more comes: a character that is not whole will never be. */
  readonly ended: boolean;
}

export interface StreamText {
  readonly text: string;
  /** Bytes between head and tail, for which the mark stands. */
  readonly cut: number;
  /** Bytes that are not UTF-8 and stand in the text as U+FFFD. */
  readonly replaced: number;
}

export function textOf({ head, tail, bytes, ended }: StreamEnds): StreamText {
  if (head.length + tail.length >= bytes) {
    const whole = tail.length === 0 ? head : Buffer.concat([head, tail]);
    const shown = ended ? whole : whole.subarray(0, whole.length - unfinishedBytes(whole));
    return { text: shown.toString("utf8"), cut: 0, replaced: countReplaced(shown) };
  }
  const first = head.subarray(0, head.length - unfinishedBytes(head));
  const last = tail.subarray(
    continuingBytes(tail),
    ended ? tail.length : tail.length - unfinishedBytes(tail),
  );
  const cut = bytes - first.length - last.length;
  const replaced = countReplaced(first) + countReplaced(last);
  return { text: first.toString("utf8") + cutMark(cut) + last.toString("utf8"), cut, replaced };
}

/** Stands in a line of its own where output was cut. */
export function cutMark(bytes: number): string {
  return `\n[… ${String(bytes)} bytes cut …]\n`;
}
