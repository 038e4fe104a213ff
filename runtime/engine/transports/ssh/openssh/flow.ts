// The two directions of a channel: bytes go no further than the other side has said it has room for.
import { Readable, Writable } from "node:stream";

export interface Incoming {
  readonly readable: Readable;
  push(bytes: Buffer): void;
  end(): void;
}

/** `onTaken` is told how many bytes the reader has made room for again. */
export function createIncoming(onTaken: (bytes: number) => void): Incoming {
  let held = 0;
  let ended = false;
  const release = () => {
    const bytes = held;
    held = 0;
    if (bytes > 0) onTaken(bytes);
  };
  const readable = new Readable({ read: release });
  return {
    readable,
    push(bytes) {
      if (ended) return; // A host may say more all the same, which the stream would take for its own mistake.
      held += bytes.length;
      if (readable.push(bytes)) release();
    },
    end() {
      if (!ended && !readable.destroyed) readable.push(null);
      ended = true;
    },
  };
}

export interface Outgoing {
  readonly writable: Writable;
  /** The other side has room for more. */
  grant(bytes: number): void;
}

export interface Sender {
  readonly longestBytes: number;
  /** Calls back when the bytes have left this process. */
  send(bytes: Buffer, onSent: () => void): void;
  sendEnd(): void;
}

export function createOutgoing(roomAtFirst: number, sender: Sender): Outgoing {
  let room = roomAtFirst;
  let waiting: { bytes: Buffer; readonly done: () => void } | undefined;
  const pump = () => {
    while (waiting !== undefined && room > 0) {
      const { bytes, done } = waiting;
      const part = bytes.subarray(0, Math.min(room, sender.longestBytes));
      room -= part.length;
      const isLast = part.length === bytes.length;
      waiting = isLast ? undefined : { bytes: bytes.subarray(part.length), done };
      sender.send(part, isLast ? done : () => {});
    }
  };
  const writable = new Writable({
    write(bytes: Buffer, _encoding, done) {
      waiting = { bytes, done };
      pump();
    },
    final(done) {
      sender.sendEnd();
      done();
    },
  });
  return {
    writable,
    grant(bytes) {
      room += bytes;
      pump();
    },
  };
}
