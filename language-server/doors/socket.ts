// The server's socket: every connection proves itself, then gets the door that it asked for.
import { chmodSync } from "node:fs";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import type { ClientHello } from "re-ops/protocol";
import { type HandshakeOptions, shakeHands } from "./handshake.ts";

export interface SocketOptions extends HandshakeOptions {
  readonly path: string;
  readonly log: (line: string) => void;
  readonly onDoor: (socket: Socket, hello: ClientHello) => void;
  /** Somebody came or went. */
  readonly onChange: () => void;
}

export interface Doors {
  /** Connections that have proved themselves. */
  readonly connections: number;
  /** Whether anybody ever did. */
  readonly wereOpened: boolean;
  open(): Promise<void>;
  close(): Promise<void>;
}

export function makeDoors(options: SocketOptions): Doors {
  const { log, onChange } = options;
  const sockets = new Set<Socket>();
  let connections = 0;
  let wereOpened = false;

  async function welcome(socket: Socket): Promise<void> {
    const hello = await shakeHands(socket, options, log);
    if (hello === undefined) return;
    const { client, door } = hello;
    log(`${client.name} (process ${String(client.pid)}) opened the ${door} door`);
    connections += 1;
    wereOpened = true;
    socket.once("close", () => {
      log(`${client.name} (process ${String(client.pid)}) left the ${door} door`);
      connections -= 1;
      onChange();
    });
    options.onDoor(socket, hello);
    onChange();
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", (error) => {
      log(`a connection broke: ${error.message}`);
    });
    void welcome(socket);
  });
  return {
    get connections() {
      return connections;
    },
    get wereOpened() {
      return wereOpened;
    },
    async open() {
      server.listen(options.path);
      await once(server, "listening");
      chmodSync(options.path, 0o600);
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroySoon();
      await closed;
    },
  };
}
