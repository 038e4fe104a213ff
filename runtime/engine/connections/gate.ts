// A jump host as those see it who pass through it: byte streams to other hosts, and a bound on how many shake hands at once.
import type { Carrier, Gate } from "../transports/transport.ts";
import type { Channels } from "./channels.ts";
import { orAborted } from "../waiting/or-aborted.ts";

/** How many may shake hands through one jump host at the same time, so that a large fleet does not take all of its one process. */
const HANDSHAKES_AT_ONCE = 8;

export interface Turns {
  /** Resolves in its turn with how to let the next one in. Rejects with the signal's reason. */
  take(signal: AbortSignal): Promise<() => void>;
}

export function createTurns(most = HANDSHAKES_AT_ONCE): Turns {
  const waiting = new Set<() => void>();
  let inside = 0;

  function leave(): void {
    const [next] = waiting;
    if (next === undefined) inside -= 1;
    else next(); // Its place passes on.
  }

  return {
    async take(signal) {
      signal.throwIfAborted();
      if (inside < most) {
        inside += 1;
      } else {
        const { promise, resolve } = Promise.withResolvers<void>();
        const enter = () => {
          waiting.delete(enter);
          resolve();
        };
        waiting.add(enter);
        try {
          await orAborted(promise, signal);
        } catch (error) {
          if (!waiting.delete(enter)) leave();
          throw error;
        }
      }
      let isInside = true;
      return () => {
        if (isInside) leave();
        isInside = false;
      };
    },
  };
}

export function createGate(place: string, channels: Channels, turns: Turns): Gate {
  async function pass(...way: Parameters<Gate["pass"]>): Promise<Carrier> {
    const stream = await channels.forward(...way);
    const leave = channels.use();
    let release: (() => void) | undefined = channels.hold();
    const hold = (active: boolean) => {
      if (!active) release?.();
      release = active ? (release ?? channels.hold()) : undefined;
    };
    stream.once("close", () => {
      hold(false);
      leave();
    });
    return { stream, hold };
  }

  return { place, pass, takeTurn: (signal) => turns.take(signal) };
}
