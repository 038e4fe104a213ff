// A turn to shake hands through a jump host, for as long as the host behind it answers: a silent one must not keep others waiting.
import type { Clock } from "../../../waiting/clock.ts";
import type { Carrier, CarrierStream, Gate } from "../../transport.ts";

const SILENCE_MS = 1000;

/** Gives how to let the next one in. Rejects with the signal's reason. Without a jump host there is nobody to wait for. */
export async function takeTurn(
  { stream }: Carrier,
  { gate, clock }: { readonly gate: Gate | undefined; readonly clock: Clock },
  signal: AbortSignal,
): Promise<() => void> {
  if (gate === undefined) return () => {};
  try {
    return leaveWhenSilent(stream, clock, await gate.takeTurn(signal));
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

function leaveWhenSilent(stream: CarrierStream, clock: Clock, leave: () => void): () => void {
  let seen = stream.bytesRead;
  let callOff = clock.after(SILENCE_MS, look);

  function look(): void {
    if (stream.bytesRead === seen) {
      leave();
      return;
    }
    seen = stream.bytesRead;
    callOff = clock.after(SILENCE_MS, look);
  }

  return () => {
    callOff();
    leave();
  };
}
