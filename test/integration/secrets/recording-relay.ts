// Stands before a server's socket and keeps every byte that crosses it, in both directions.
import { createServer, createConnection, type Socket } from "node:net";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ServerConnection } from "re-ops/client";
import { type Ending, temporaryFolder } from "../../support/temporary.ts";
import type { Project } from "../server/project.ts";

export interface Relay {
  /** Connects to the server over it; its other door too. */
  connect(options: Parameters<Project["connect"]>[0]): Promise<ServerConnection>;
  fromServer(): Buffer;
  toServer(): Buffer;
}

/** For the server that runs now: it has written where it listens. */
export async function startRelay(t: Ending, project: Project): Promise<Relay> {
  const file = path.join(project.stateFolder, "server.json");
  const record = JSON.parse(await readFile(file, "utf8")) as { socket: string };
  const kept = { from: [] as Buffer[], to: [] as Buffer[] };
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const behind = createConnection(record.socket);
    for (const one of [client, behind]) {
      open.add(one);
      one.on("error", () => {}); // its other end is told by the close
    }
    client.on("data", (chunk) => kept.to.push(chunk as Buffer)).pipe(behind);
    behind.on("data", (chunk) => kept.from.push(chunk as Buffer)).pipe(client);
    behind.on("close", () => client.destroy());
  });
  const socket = path.join(await temporaryFolder(t), "relay");
  server.listen(socket);
  await once(server, "listening");
  t.after(() => {
    for (const one of open) one.destroy();
    server.close();
  });
  await writeFile(file, JSON.stringify({ ...record, socket }));
  return {
    connect: (options) => project.connect(options),
    fromServer: () => Buffer.concat(kept.from),
    toServer: () => Buffer.concat(kept.to),
  };
}
