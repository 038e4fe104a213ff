// A command line that runs on a host, on a connection that others use, too.
import type { ByteStream } from "../transports/transport.ts";

export interface OpenChannel extends ByteStream {
  /**
   * From now on it only waits for its next use: it is not counted, and `giveUp` is called when another needs its room.
   * Gives how to take it back.
   */
  rest(giveUp: () => void): () => void;
  /** What the host says on it; rejects with `SilentError` when it says nothing in time, or soon after the signal is aborted. */
  answerWithin<T>(timeoutMs: number, answer: Promise<T>, signal?: AbortSignal): Promise<T>;
}
