// The messages by which SSH opens, feeds and closes channels (RFC 4254), as OpenSSH's control socket passes them in proxy mode.
import { number, packet, readFields, string } from "./wire.ts";

const TYPES = {
  open: 90,
  opened: 91,
  notOpened: 92,
  window: 93,
  data: 94,
  extendedData: 95,
  eof: 96,
  close: 97,
  request: 98,
  success: 99,
  failure: 100,
} as const;

const EXTENDED_STDERR = 1;

/** What the host says; `channel` is our number of the channel. */
export type Message = { readonly channel: number } & (
  | {
      readonly kind: "opened";
      /** The other side's number of the channel. */
      readonly remote: number;
      /** How many bytes we may send. */
      readonly window: number;
      readonly longestDataBytes: number;
    }
  | { readonly kind: "notOpened"; readonly reason: string }
  | { readonly kind: "window"; readonly bytes: number }
  | { readonly kind: "data"; readonly stream: "out" | "err"; readonly bytes: Buffer }
  | { readonly kind: "exitStatus"; readonly code: number }
  | { readonly kind: "exitSignal"; readonly signal: string }
  | { readonly kind: "eof" | "close" | "success" | "failure" }
);

/** Undefined for what does not concern us. Throws `RangeError` for a message that breaks off. */
export function readMessage(payload: Buffer): Message | undefined {
  // Behind the length of a padding, which is always empty here, comes the type.
  const type = payload.readUInt8(1);
  if (type < TYPES.opened || type > TYPES.failure) return undefined;
  const fields = readFields(payload, 2);
  const channel = fields.number();
  switch (type) {
    case TYPES.opened: {
      const [remote, window, longestDataBytes] = [
        fields.number(),
        fields.number(),
        fields.number(),
      ];
      return { channel, kind: "opened", remote, window, longestDataBytes };
    }
    case TYPES.notOpened:
      fields.number();
      return { channel, kind: "notOpened", reason: fields.string().toString() };
    case TYPES.window:
      return { channel, kind: "window", bytes: fields.number() };
    case TYPES.data:
      return { channel, kind: "data", stream: "out", bytes: fields.string() };
    case TYPES.extendedData: {
      const stream = fields.number() === EXTENDED_STDERR ? "err" : "out";
      return { channel, kind: "data", stream, bytes: fields.string() };
    }
    case TYPES.eof:
      return { channel, kind: "eof" };
    case TYPES.close:
      return { channel, kind: "close" };
    case TYPES.request:
      return readRequest(channel, payload);
    case TYPES.success:
      return { channel, kind: "success" };
    case TYPES.failure:
      return { channel, kind: "failure" };
    default:
      return undefined;
  }
}

function readRequest(channel: number, payload: Buffer): Message | undefined {
  const fields = readFields(payload, 6);
  const name = fields.string().toString();
  // One byte says whether an answer is wanted, which is never so for these.
  const rest = readFields(payload, 6 + 4 + name.length + 1);
  if (name === "exit-status") return { channel, kind: "exitStatus", code: rest.number() };
  if (name === "exit-signal") {
    return { channel, kind: "exitSignal", signal: rest.string().toString() };
  }
  return undefined;
}

export function openMessage(channel: number, windowBytes: number, longestBytes: number): Buffer {
  const limits = [number(windowBytes), number(longestBytes)];
  return message(TYPES.open, string("session"), number(channel), ...limits);
}

export function executeMessage(remote: number, commandLine: string): Buffer {
  const wantsAnswer = Buffer.from([1]);
  return message(TYPES.request, number(remote), string("exec"), wantsAnswer, string(commandLine));
}

export function windowMessage(remote: number, bytes: number): Buffer {
  return message(TYPES.window, number(remote), number(bytes));
}

export function dataMessage(remote: number, bytes: Buffer): Buffer {
  return message(TYPES.data, number(remote), string(bytes));
}

export function eofMessage(remote: number): Buffer {
  return message(TYPES.eof, number(remote));
}

export function closeMessage(remote: number): Buffer {
  return message(TYPES.close, number(remote));
}

function message(type: number, ...parts: readonly Buffer[]): Buffer {
  return packet(Buffer.from([0, type]), ...parts);
}
