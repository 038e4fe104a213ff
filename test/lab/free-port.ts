// TCP ports that nobody listens on, and servers that are told to listen on one.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

const MOST_ATTEMPTS = 5;

/** Another process had the port first; `log` is how the server said so. */
export class PortTakenError extends Error {
  constructor(port: number, log: string) {
    super(`port ${String(port)} is taken:\n${log}`);
  }
}

/**
 * What `start` makes of a port: of the wanted one, or of one that is free when it is given. Another process may take that
 * before the server does: with `PortTakenError` it is asked again, a few times.
 */
export async function startOnPort<T>(
  start: (port: number) => Promise<T>,
  wanted?: number,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(wanted ?? (await findFreePort()));
    } catch (error) {
      if (!(error instanceof PortTakenError) || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

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
