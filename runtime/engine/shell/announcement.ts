// Finds the line by which a shell announces itself, drops what start-up files wrote before it, and passes on what follows.

/** What came before the announcement is kept up to this size, for a message when it never comes. */
const KEPT_NOISE_BYTES = 2000;

export interface AnnouncementReader {
  /** Feeds one chunk of the stream. */
  push(chunk: Buffer): void;
  /** The last of what came before the announcement. */
  noise(): string;
}

/** `onPid` is called once, then `onRest` with every chunk that follows. */
export function readAnnouncement(
  marker: string,
  onPid: (pid: number) => void,
  onRest: (chunk: Buffer) => void,
): AnnouncementReader {
  let announced = false;
  let pending: Buffer = Buffer.alloc(0);
  let noise: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      if (announced) {
        onRest(chunk);
        return;
      }
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      const start = pending.indexOf(marker);
      const end = start < 0 ? -1 : pending.indexOf("\n", start);
      if (end >= 0) {
        announced = true;
        onPid(Number(pending.toString("latin1", start + marker.length, end)));
        const rest = pending.subarray(end + 1);
        if (rest.length > 0) onRest(rest);
        return;
      }
      // A marker may be cut in two by the chunks; all before its possible start is noise.
      const keepFrom = start >= 0 ? start : Math.max(0, pending.length - marker.length);
      noise = Buffer.concat([noise, pending.subarray(0, keepFrom)]).subarray(-KEPT_NOISE_BYTES);
      pending = pending.subarray(keepFrom);
    },
    noise: () =>
      Buffer.concat([noise, announced ? Buffer.alloc(0) : pending])
        .toString()
        .trim(),
  };
}
