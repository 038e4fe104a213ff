// Where the servers of tests that speak SSH by the `ssh2` package listen, and how they end.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Connection, Server } from "ssh2";
import type { Ending } from "../support/temporary.ts";

/** On a free port of this machine, until the test ends: then `open`, who is connected, is sent away. */
export async function listenSsh(t: Ending, server: Server, open: ReadonlySet<Connection>) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(async () => {
    for (const client of open) client.end();
    server.close();
    await once(server, "close");
  });
  const { address, port } = server.address() as AddressInfo;
  return { host: address, port };
}
