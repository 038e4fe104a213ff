// SSH's binary format, as a control socket speaks it: packets behind their length, numbers and strings in them.

/** Far above what either side may send in one packet; a longer one means that this is no such socket. */
const LONGEST_PACKET_BYTES = 1024 * 1024;

export function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function string(value: string | Buffer): Buffer {
  const bytes = typeof value === "string" ? Buffer.from(value) : value;
  return Buffer.concat([number(bytes.length), bytes]);
}

/** The parts in one packet, behind their length. */
export function packet(...parts: readonly Buffer[]): Buffer {
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([number(bytes), ...parts]);
}

/** Reads what a packet holds, one field after another; throws `RangeError` when there is less than that. */
export interface Fields {
  number(): number;
  string(): Buffer;
}

export function readFields(bytes: Buffer, start = 0): Fields {
  let position = start;
  const readNumber = () => {
    position += 4;
    return bytes.readUInt32BE(position - 4);
  };
  return {
    number: readNumber,
    string() {
      const length = readNumber();
      position += length;
      if (position > bytes.length) throw new RangeError("a string ends after its packet");
      return bytes.subarray(position - length, position);
    },
  };
}

/** Gives a function that takes chunks as they come and calls `onPacket` for each whole packet, without its length. */
export function createPacketReader(onPacket: (payload: Buffer) => void): (chunk: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0);
  return (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (pending.length >= 4) {
      const length = pending.readUInt32BE(0);
      if (length > LONGEST_PACKET_BYTES) {
        throw new RangeError(`a packet of ${length} bytes is announced`);
      }
      if (pending.length < 4 + length) return;
      const payload = pending.subarray(4, 4 + length);
      pending = pending.subarray(4 + length);
      onPacket(payload);
    }
  };
}
