// A channel that is opened only to hear from the host, and closed again: a master by itself says nothing of the link behind it.
import type { Line } from "./channel.ts";
import { type Message, closeMessage, openMessage } from "./messages.ts";

/** Nothing is sent on it. */
const LIMIT_BYTES = 1;

export interface Probe {
  /** Resolves when the host has answered, or the connection is gone. */
  readonly answered: Promise<void>;
  receive(message: Message): void;
  lose(): void;
}

export function openProbe(id: number, line: Line): Probe {
  const { promise: answered, resolve } = Promise.withResolvers<void>();
  line.write(openMessage(id, LIMIT_BYTES, LIMIT_BYTES));
  return {
    answered,
    receive(message) {
      const { kind } = message;
      if (kind === "opened") line.write(closeMessage(message.remote));
      // A session that is still open takes room (MaxSessions); where there is none, that is an answer too.
      if (kind !== "close" && kind !== "notOpened") return;
      line.free();
      resolve();
    },
    lose: () => resolve(),
  };
}
