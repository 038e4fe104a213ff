// Who is connected to the runtime door, and what all of them are told.
import type { NotificationType } from "re-ops/protocol";
import type { Peer } from "re-ops/server";

export interface Clients {
  /** A visitor is told only what it asks for. */
  add(client: Peer, isVisitor?: boolean): void;
  /** Whether it is connected, visitor or not. */
  has(client: Peer): boolean;
  readonly count: number;
  /** Without visitors, the newest last. */
  windows(): readonly Peer[];
  tellAll<P>(type: NotificationType<P>, params: NoInfer<P>): void;
  /** The same, but when there is none, the next one that comes is told. `except` knows already. */
  announce<P>(type: NotificationType<P>, params: NoInfer<P>, except?: Peer): void;
  /** Told to one only, as a question is: to the newest, or to the next one that comes. */
  ask<P>(type: NotificationType<P>, params: NoInfer<P>): void;
}

const MOST_UNHEARD = 20;

export function createClients(onChange: () => void): Clients {
  const clients = new Set<Peer>();
  const visitors = new Set<Peer>();
  let unheard: ((client: Peer) => void)[] = [];
  function keep(tell: (client: Peer) => void): void {
    unheard = [...unheard, tell].slice(-MOST_UNHEARD);
  }
  return {
    add(client, isVisitor = false) {
      if (isVisitor) {
        visitors.add(client);
        void client.closed.then(() => visitors.delete(client));
        return;
      }
      clients.add(client);
      for (const tell of unheard) tell(client);
      unheard = [];
      void client.closed.then(() => {
        clients.delete(client);
        onChange();
      });
      onChange();
    },
    has: (client) => clients.has(client) || visitors.has(client),
    get count() {
      return clients.size;
    },
    windows: () => [...clients],
    tellAll(type, params) {
      for (const client of clients) client.notify(type, params);
    },
    announce(type, params, except) {
      const tell = (client: Peer) => {
        client.notify(type, params);
      };
      if (clients.size === 0) keep(tell);
      for (const client of clients) if (client !== except) tell(client);
    },
    ask(type, params) {
      const newest = [...clients].at(-1);
      if (newest !== undefined) newest.notify(type, params);
      else {
        keep((client) => {
          client.notify(type, params);
        });
      }
    },
  };
}
