// Who hears what user code prints: the client that asked for the evaluation; when it is gone or nobody asked, all.
import { consoleOutput } from "re-ops/protocol";
import type { LiveConsole, Peer } from "re-ops/server";
import type { Clients } from "../doors/clients.ts";

export interface Consoles {
  /** From here on the output of this evaluation is for this client, also after it has settled. */
  own(evaluationId: string, client: Peer): void;
  print(output: LiveConsole): void;
}

/** Timers of an evaluation may print long after it; of so many evaluations their owner is known. */
const MOST_OWNERS = 10_000;

export function createConsoles(clients: Pick<Clients, "has" | "tellAll">): Consoles {
  const owners = new Map<string, Peer>();
  return {
    own(evaluationId, client) {
      owners.set(evaluationId, client);
      const [oldest] = owners.keys();
      if (owners.size > MOST_OWNERS && oldest !== undefined) owners.delete(oldest);
    },
    print(output) {
      const owner = owners.get(output.evaluationId ?? "");
      if (owner !== undefined && clients.has(owner)) owner.notify(consoleOutput, output);
      else clients.tellAll(consoleOutput, output);
    },
  };
}
