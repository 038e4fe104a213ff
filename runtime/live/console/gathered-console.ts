// The console of one evaluation: gathers what is written close together, and stops at a bound, so that a loop that prints cannot fill memory.
import type { EvaluationConsole } from "../../port.ts";

/** UTF-16 units of one evaluation. */
export const MOST_TEXT = 1_000_000;

export interface GatheredConsole extends EvaluationConsole {
  readonly room: number;
  /** Sends what was gathered, now. */
  flush(): void;
}

export function gatherConsole(
  send: (stream: "out" | "err", text: string) => void,
  limit: number = MOST_TEXT,
): GatheredConsole {
  let gathered: { stream: "out" | "err"; texts: string[] } | undefined;
  let left = limit;
  let scheduled: NodeJS.Immediate | undefined;

  function flush(): void {
    clearImmediate(scheduled);
    scheduled = undefined;
    if (gathered === undefined) return;
    const { stream, texts } = gathered;
    gathered = undefined;
    send(stream, texts.join(""));
  }

  function add(stream: "out" | "err", text: string): void {
    if (gathered !== undefined && gathered.stream !== stream) flush();
    gathered ??= { stream, texts: [] };
    gathered.texts.push(text);
    scheduled ??= setImmediate(flush);
  }

  return {
    write(stream, text) {
      if (left <= 0) return;
      left -= text.length;
      if (left > 0) return add(stream, text);
      add(stream, text.slice(0, left + text.length));
      add(
        "err",
        `\n… this evaluation has written ${String(limit)} characters; the rest is not shown\n`,
      );
    },
    get room() {
      return left;
    },
    flush,
  };
}
