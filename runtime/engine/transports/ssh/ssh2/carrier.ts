// What carries an SSH connection: a socket, a stream through a jump host, or the two ends of a ProxyCommand.
import { type Socket, connect } from "node:net";
import type { Clock } from "../../../waiting/clock.ts";
import type { Carrier, Environment, Gate } from "../../transport.ts";
import type { Destination } from "./destination.ts";
import { startProxyCommand } from "./proxy-command.ts";

export interface Way {
  readonly gate: Gate | undefined;
  readonly environment: Environment;
  readonly clock: Clock;
}

/** A socket may still be connecting. Rejects with `ConnectionError`, or with the signal's reason. */
export async function openCarrier(
  destination: Destination,
  { gate, environment, clock }: Way,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Carrier> {
  const { hostname, port } = destination.settings;
  if (gate !== undefined) return gate.pass(hostname, port, timeoutMs, signal);
  const { proxyCommand, place } = destination;
  if (proxyCommand !== undefined) {
    return startProxyCommand(proxyCommand, place, environment, clock);
  }
  const socket = openSocket(destination);
  socket.on("error", () => {}); // It may break before anybody looks, who then finds it closed.
  return { stream: socket, hold: (active) => void (active ? socket.ref() : socket.unref()) };
}

/** Without delay: ssh2 leaves Nagle's algorithm on, which makes every short exchange ten times slower. */
function openSocket({ settings }: Destination): Socket {
  const { hostname, port, addressfamily, bindaddress } = settings;
  const family = addressfamily === "inet" ? 4 : addressfamily === "inet6" ? 6 : undefined;
  return connect({
    host: hostname,
    port,
    noDelay: true,
    ...(family !== undefined && { family }),
    ...(bindaddress !== undefined && { localAddress: bindaddress }),
    autoSelectFamilyAttemptTimeout: 1000,
  });
}
