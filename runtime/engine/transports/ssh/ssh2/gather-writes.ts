// Gathers what ssh2 writes: three pieces a packet, many packets at once, each of which would cost the kernel a call and the host a segment.
import type { Duplex } from "node:stream";

/** From now on what is written in one turn leaves together, at its end. */
export function gatherWrites(stream: Duplex): void {
  const write = stream.write.bind(stream);
  let isGathering = false;
  const leave = () => {
    isGathering = false;
    stream.uncork();
  };
  const gather = (...words: Parameters<typeof write>) => {
    if (!isGathering) {
      isGathering = true;
      stream.cork();
      process.nextTick(leave);
    }
    return write(...words);
  };
  Object.assign(stream, { write: gather });
}
