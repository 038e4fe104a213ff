// Reads what sudo says before it lets anybody in: its question, the first word of whoever it let in, and what it tells besides.
import type { Readable } from "node:stream";

export interface SudoMarks {
  /** What sudo asks with. */
  readonly prompt: string;
  /** The line that is said first by whom sudo has let in. */
  readonly entry: string;
}

export type Sign = "asked" | "entered" | "ended";

export interface SudoDialogue {
  /** After `entered` all that follows is left in the stream. */
  next(): Promise<Sign>;
  /** Listens no more: what comes is for whoever has the stream. */
  leave(): void;
  /** What else was said since the last question. */
  said(): string;
  /** Nothing more will be said, as far as was listened. */
  isOver(): boolean;
}

/** More of what sudo says is not kept. */
const KEPT_BYTES = 4000;

export function createSudoDialogue(stderr: Readable, marks: SudoMarks): SudoDialogue {
  const entry = `${marks.entry}\n`;
  let pending: Buffer = Buffer.alloc(0);

  function find(): Sign | undefined {
    const asked = pending.indexOf(marks.prompt);
    const entered = pending.indexOf(entry);
    if (asked >= 0 && (entered < 0 || asked < entered)) {
      pending = pending.subarray(asked + marks.prompt.length);
      return "asked";
    }
    if (entered < 0) {
      pending = pending.subarray(-KEPT_BYTES);
      return undefined;
    }
    const rest = pending.subarray(entered + entry.length);
    if (rest.length > 0) stderr.unshift(rest);
    return "entered";
  }

  let leave = () => {};
  const isOver = () => stderr.readableEnded || stderr.destroyed;

  return {
    isOver,
    leave: () => leave(),
    next() {
      const { promise, resolve } = Promise.withResolvers<Sign>();
      leave = () => {
        stderr.off("readable", look);
        stderr.off("end", end);
        stderr.off("close", end);
      };
      const settle = (sign: Sign) => {
        leave();
        resolve(sign);
      };
      const end = () => settle("ended");
      const look = () => {
        for (let chunk: unknown; (chunk = stderr.read()) !== null;) {
          pending = Buffer.concat([pending, chunk as Buffer]);
          const sign = find();
          if (sign !== undefined) return settle(sign);
        }
      };
      const known = find();
      if (known !== undefined) resolve(known);
      else if (isOver()) resolve("ended");
      else {
        stderr.on("end", end);
        stderr.on("close", end);
        stderr.on("readable", look);
        look();
      }
      return promise;
    },
    said: () => pending.toString().trim(),
  };
}
