// Notices that a host has gone away without a word, by asking it something now and then.
import type { Client } from "ssh2";
import type { Clock } from "../../../waiting/clock.ts";

const INTERVAL_MS = 15_000;
const MOST_UNANSWERED = 3;

/** Calls `onSilence` once when three questions in a row got no answer; returns how to stop. Does not keep the process alive. */
export function startKeepalive(
  client: Client,
  clock: Clock,
  onSilence: (reason: string) => void,
): () => void {
  let unanswered = 0;
  let callOff = clock.after(INTERVAL_MS, ask);

  function ask(): void {
    if (unanswered >= MOST_UNANSWERED) {
      onSilence(`no answer for ${(INTERVAL_MS * MOST_UNANSWERED) / 1000} s`);
      return;
    }
    unanswered += 1;
    callOff = clock.after(INTERVAL_MS, ask);
    void ping(client).then(() => (unanswered = 0));
  }

  return () => callOff();
}

/** Resolves when the host has answered, or the connection is gone. */
export function ping(client: Client): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  try {
    // The one question of ssh2's public interface that every server answers and that changes nothing there.
    client.unforwardIn("127.0.0.1", 1, () => resolve());
  } catch {
    resolve(); // The connection is gone, which its own events tell.
  }
  return promise;
}
