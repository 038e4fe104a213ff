// The sessions of one master, all over one control socket in proxy mode: many channels, told apart by number.
import type { Socket } from "node:net";
import type { ByteStream } from "../../transport.ts";
import { LostError } from "../../../host-errors.ts";
import { type Channel, type Line, openChannel } from "./channel.ts";
import { readMessage } from "./messages.ts";
import { openProbe } from "./probe.ts";

export interface Sessions {
  /** Rejects as `Connection.open` does. */
  open(commandLine: string): Promise<ByteStream>;
  /** Resolves when the host has answered, or the connection is gone. */
  ping(): Promise<void>;
  /** One packet that came over the socket. Throws `RangeError` for one that breaks off. */
  receive(payload: Buffer): void;
  /** The connection is gone: every session ends. */
  lose(reason: string): void;
}

export function createSessions(socket: Socket, place: string): Sessions {
  const channels = new Map<number, Pick<Channel, "receive" | "lose">>();
  let lost: string | undefined;
  let nextId = 0;

  function add<T extends Pick<Channel, "receive" | "lose">>(
    open: (id: number, line: Line) => T,
  ): T {
    const id = nextId;
    nextId += 1;
    const channel = open(id, {
      place,
      write: (bytes, onSent) => void socket.write(bytes, onSent),
      free: () => void channels.delete(id),
    });
    channels.set(id, channel);
    return channel;
  }

  return {
    async open(commandLine) {
      if (lost !== undefined) throw new LostError(lost, false);
      return add((id, line) => openChannel(id, commandLine, line)).stream;
    },
    async ping() {
      if (lost === undefined) await add(openProbe).answered;
    },
    receive(payload) {
      const message = readMessage(payload);
      if (message !== undefined) channels.get(message.channel)?.receive(message);
    },
    lose(reason) {
      lost = reason;
      for (const channel of channels.values()) channel.lose(reason);
      channels.clear();
    },
  };
}
