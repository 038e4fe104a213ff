// The transport for hosts behind sshd: our own connections over ssh2, and the system's ssh where only that can do it.
import { ConnectionError, NeedsOpensshError } from "../../host-errors.ts";
import type { Connection, Route, Target, Transport } from "../transport.ts";

export function createSshTransport(ssh2: Transport, openssh: Transport): Transport {
  /** What connecting has shown to need it, by identity. */
  const needed = new Map<string | undefined, NeedsOpensshError>();

  async function connectWith(
    own: Route,
    target: Target,
    ...how: Parameters<Route["connect"]>
  ): Promise<Connection> {
    const known = needed.get(own.identity);
    if (known !== undefined) return (await routeOver(target, known)).connect(...how);
    try {
      return await own.connect(...how);
    } catch (error) {
      if (!(error instanceof NeedsOpensshError)) throw error;
      const route = await routeOver(target, error);
      const connection = await route.connect(...how);
      needed.set(own.identity, error);
      return connection;
    }
  }

  async function routeOver(target: Target, need: NeedsOpensshError): Promise<Route> {
    const explain = (error: unknown) => {
      throw error instanceof ConnectionError ? describeBoth(error, need) : error;
    };
    const route = await openssh.route(target).catch(explain);
    return { ...route, connect: (...how) => route.connect(...how).catch(explain) };
  }

  return {
    name: "ssh",
    async route(target) {
      try {
        const own = await ssh2.route(target);
        return {
          ...own,
          /** The system's ssh goes the whole way by itself. Asked at each connecting: a kept route may learn of the need later. */
          get via() {
            return needed.has(own.identity) ? undefined : own.via;
          },
          connect: (...how) => connectWith(own, target, ...how),
        };
      } catch (error) {
        if (error instanceof NeedsOpensshError) return routeOver(target, error);
        throw error;
      }
    },
    warm: (targets) => ssh2.warm(targets),
  };
}

function describeBoth({ kind, message, next }: ConnectionError, need: NeedsOpensshError): Error {
  return new ConnectionError(
    kind,
    `${message}; it was reached by the system's ssh, because ${need.because}`,
    next,
    { cause: need },
  );
}
