// A jump host as those see it who pass through it: byte streams to other hosts, and a bound on how many shake hands at once.
import type { Carrier, Gate } from "../transports/transport.ts";
import type { Channels } from "./channels.ts";
import type { Semaphore } from "../waiting/semaphore.ts";

export function createGate(place: string, channels: Channels, handshakes: Semaphore): Gate {
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

  return { place, pass, takeTurn: (signal) => handshakes.acquire(signal) };
}
