// One host of the demo fleet: an SSH server that lets one key in and gives every session to `startSession`.
import { timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { userInfo } from "node:os";
import ssh2, { type Connection, type PublicKeyAuthContext } from "ssh2";
import { processesWith } from "../marked-processes.ts";
import { makeKeyPair } from "./keys.ts";
import { type SessionSettings, serveSession } from "./session.ts";

export type DemoHost = {
  name: string;
  port: number;
  home: string;
  /** Its public host key, as known_hosts writes it. */
  hostKey: string;
  stop(): Promise<void>;
};

type DemoHostOptions = { name: string; home: string; authorizedKey: string };

export async function startDemoHost(options: DemoHostOptions): Promise<DemoHost> {
  const { name, home } = options;
  const hostKey = makeKeyPair();
  const connections = new Set<Connection>();
  const settings: SessionSettings = { name, home, groups: new Set() };
  const server = new ssh2.Server({ hostKeys: [hostKey.private] }, (connection) => {
    connections.add(connection);
    connection.on("close", () => connections.delete(connection));
    connection.on("error", () => {}); // A client that breaks off is its own affair; "close" follows.
    serveConnection(connection, options.authorizedKey, settings);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    name,
    port,
    home,
    hostKey: hostKey.public.split(" ").slice(0, 2).join(" "),
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const connection of connections) connection.end();
      await closed;
      for (const killGroup of settings.groups) killGroup();
      for (const pid of await processesWith(`HOME=${home}`)) kill(pid);
    },
  };
}

// Whatever left its process group still has this host's home in its environment.
function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself meanwhile.
  }
}

function serveConnection(connection: Connection, authorizedKey: string, settings: SessionSettings) {
  connection.on("authentication", (context) => {
    if (context.method === "publickey" && isAuthorized(context, authorizedKey)) context.accept();
    else context.reject(["publickey"]);
  });
  connection.on("ready", () => {
    connection.on("session", (accept) => serveSession(accept(), settings));
  });
}

// Without a signature the client only asks whether it may try this key.
function isAuthorized(context: PublicKeyAuthContext, authorizedKey: string): boolean {
  const key = ssh2.utils.parseKey(authorizedKey);
  if (key instanceof Error || Array.isArray(key)) throw new Error("The demo's own key is broken.");
  const wanted = key.getPublicSSH();
  const { data } = context.key;
  if (context.username !== userInfo().username) return false;
  if (data.length !== wanted.length || !timingSafeEqual(data, wanted)) return false;
  if (context.signature === undefined || context.blob === undefined) return true;
  const verdict: unknown = key.verify(context.blob, context.signature, context.hashAlgo);
  return verdict === true; // An error is returned, not thrown.
}
