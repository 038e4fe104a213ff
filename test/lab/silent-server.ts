// Hosts that misbehave before a login: silent from the start, silent after their banner, closed at once, refused.
import { once } from "node:events";
import { type AddressInfo, type Socket, createServer } from "node:net";
import { findFreePort } from "./free-port.ts";

export type SilentServer = {
  host: string;
  port: number;
  /** How many clients have come so far. */
  opened(): number;
  stop(): Promise<void>;
};

/** Accepts and never says a word. */
export async function startSilentServer(host?: string, port?: number): Promise<SilentServer> {
  return startServer(() => {}, host, port);
}

/** Says who it is, as an SSH server must, and then nothing more. */
export async function startBannerServer(): Promise<SilentServer> {
  return startServer((socket) => socket.write("SSH-2.0-OpenSSH_9.2\r\n"));
}

/** Accepts and closes at once. */
export async function startClosingServer(): Promise<SilentServer> {
  return startServer((socket) => socket.end());
}

/** A port of 127.0.0.1 on which connections are refused. */
export async function findRefusedPort(): Promise<{ host: string; port: number }> {
  return { host: "127.0.0.1", port: await findFreePort() };
}

async function startServer(
  greet: (socket: Socket) => void,
  host = "127.0.0.1",
  wantedPort = 0,
): Promise<SilentServer> {
  const open = new Set<Socket>();
  let opened = 0;
  const server = createServer((socket) => {
    opened += 1;
    open.add(socket);
    socket.on("error", () => {}); // A client that hangs up is what these servers are for.
    socket.on("close", () => open.delete(socket));
    socket.resume();
    greet(socket);
  });
  server.listen(wantedPort, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    host,
    port,
    opened: () => opened,
    stop: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
