// One channel of a master: opened, given its command line, fed and read until it closes.
import type { Readable } from "node:stream";
import { describeNoData } from "../no-data.ts";
import { CommandRefusedError, LostError, NoChannelError } from "../../../host-errors.ts";
import type { ByteStream, Exit } from "../../transport.ts";
import { createIncoming, createOutgoing } from "./flow.ts";
import {
  type Message,
  closeMessage,
  dataMessage,
  eofMessage,
  executeMessage,
  openMessage,
  windowMessage,
} from "./messages.ts";

/** What a host may send before it was read: as much as OpenSSH's own client allows. */
const WINDOW_BYTES = 2 * 1024 * 1024;
const LONGEST_DATA_BYTES = 32 * 1024;

/** What a channel stands on. */
export interface Line {
  readonly place: string;
  write(bytes: Buffer, onSent?: () => void): void;
  /** Its number may be given to another one. */
  free(): void;
}

export interface Channel {
  /** Resolves when the command runs. Rejects as `Connection.open` does. */
  readonly stream: Promise<ByteStream>;
  receive(message: Message): void;
  /** The connection is gone. */
  lose(reason: string): void;
}

export function openChannel(id: number, commandLine: string, line: Line): Channel {
  const { promise: stream, resolve, reject } = Promise.withResolvers<ByteStream>();
  let open: OpenChannel | undefined;
  line.write(openMessage(id, WINDOW_BYTES, LONGEST_DATA_BYTES));

  return {
    stream,
    receive(message) {
      switch (message.kind) {
        case "opened":
          if (message.longestDataBytes < 1) {
            line.write(closeMessage(message.remote));
            reject(describeNoData(line.place));
            return;
          }
          open = describeOpen(message, line);
          line.write(executeMessage(message.remote, commandLine));
          return;
        case "notOpened":
          line.free();
          reject(new NoChannelError(`${message.reason} (${line.place})`));
          return;
        case "success":
          if (open !== undefined) resolve(open.stream);
          return;
        case "failure":
          open?.stream.close();
          reject(new CommandRefusedError(line.place));
          return;
        case "close":
          line.free();
          reject(new CommandRefusedError(line.place)); // Where it runs already, this changes nothing.
          open?.receive(message);
          return;
        default:
          open?.receive(message);
      }
    },
    lose(reason) {
      reject(new LostError(reason, open !== undefined));
      open?.lose();
    },
  };
}

interface OpenChannel {
  readonly stream: ByteStream;
  receive(message: Message): void;
  lose(): void;
}

function describeOpen(opened: Extract<Message, { kind: "opened" }>, line: Line): OpenChannel {
  const { remote } = opened;
  const { promise: over, resolve: tellOver } = Promise.withResolvers<void>();
  let result: Exit = {};
  let isWhole = false;
  let isClosed = false;
  const write = (bytes: Buffer, onSent?: () => void) => {
    if (!isClosed) line.write(bytes, onSent);
  };
  const giveRoom = collectRoom((bytes) => write(windowMessage(remote, bytes)));
  const out = createIncoming(giveRoom);
  const err = createIncoming(giveRoom);
  const input = createOutgoing(opened.window, {
    longestBytes: opened.longestDataBytes,
    send: (bytes, onSent) => write(dataMessage(remote, bytes), onSent),
    sendEnd: () => write(eofMessage(remote)),
  });
  const read = Promise.all([closing(out.readable), closing(err.readable)]);

  function endOutput(): void {
    isWhole = true;
    out.end();
    err.end();
  }

  function leave(): void {
    isClosed = true;
    input.writable.destroy();
    tellOver();
  }

  return {
    stream: {
      stdin: input.writable,
      stdout: out.readable,
      stderr: err.readable,
      exit: Promise.all([over, read]).then(() => result),
      close() {
        write(closeMessage(remote));
        leave();
        out.readable.destroy();
        err.readable.destroy();
      },
    },
    receive(message) {
      switch (message.kind) {
        case "data":
          (message.stream === "out" ? out : err).push(message.bytes);
          return;
        case "window":
          input.grant(message.bytes);
          return;
        case "exitStatus":
          result = { code: message.code };
          return;
        case "exitSignal":
          result = { signal: `SIG${message.signal}` };
          return;
        case "eof":
          endOutput();
          return;
        case "close":
          write(closeMessage(remote));
          leave();
          endOutput();
          return;
        default: // The answers to opening are none of its business.
      }
    },
    lose() {
      // How it ended may be told before the last of its output, which would then be missing unnoticed.
      if (!isWhole) result = {};
      leave();
      endOutput();
    },
  };
}

/** Resolves however it closes, unlike `once`, which rejects when a stream breaks. */
function closing(readable: Readable): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  readable.once("close", () => resolve());
  return promise;
}

/** The other side is told of new room now and then: not for every few bytes. */
function collectRoom(give: (bytes: number) => void): (bytes: number) => void {
  let room = 0;
  return (bytes) => {
    room += bytes;
    if (room < WINDOW_BYTES / 4) return;
    give(room);
    room = 0;
  };
}
