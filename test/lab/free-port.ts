// Finds a TCP port that nobody listens on at this moment.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/** Free on every address of this machine when it is given; whoever uses it must still cope with having lost it meanwhile. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "0.0.0.0");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
