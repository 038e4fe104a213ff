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
      const { pid, end } = findAnnouncement(pending, marker);
      if (pid === undefined) {
        noise = Buffer.concat([noise, pending.subarray(0, end)]).subarray(-KEPT_NOISE_BYTES);
        pending = pending.subarray(end);
        return;
      }
      announced = true;
      onPid(pid);
      if (end < pending.length) onRest(pending.subarray(end));
    },
    noise: () =>
      Buffer.concat([noise, announced ? Buffer.alloc(0) : pending])
        .toString()
        .trim(),
  };
}

const MOST_DIGITS = 10;

/** Where the announcement ends; without one, where it may yet begin. A shell may also quote the marker in an error. */
function findAnnouncement(bytes: Buffer, marker: string): { pid?: number; end: number } {
  const longest = marker.length + 1 + MOST_DIGITS + 1;
  for (let start = bytes.indexOf(marker); start >= 0; start = bytes.indexOf(marker, start + 1)) {
    const text = bytes.toString("latin1", start + marker.length, start + longest);
    const [whole, digits] = /^ (\d+)\n/u.exec(text) ?? [];
    if (whole !== undefined) {
      return { pid: Number(digits), end: start + marker.length + whole.length };
    }
    if (/^(?: \d*)?$/u.test(text)) return { end: start };
  }
  return { end: Math.max(0, bytes.length - marker.length + 1) };
}
