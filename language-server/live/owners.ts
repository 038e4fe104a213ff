// Whose each evaluation is: the client that asked for it.
import type { Peer } from "re-ops/server";

export interface Owners {
  /** From here on this evaluation is of this client, also after it has settled. */
  own(evaluationId: string, client: Peer): void;
  ownerOf(evaluationId: string | undefined): Peer | undefined;
}

/** Timers of an evaluation may do something long after it; of so many evaluations their owner is known. */
const MOST_OWNERS = 10_000;

export function createOwners(): Owners {
  const owners = new Map<string, Peer>();
  return {
    own(evaluationId, client) {
      owners.set(evaluationId, client);
      const [oldest] = owners.keys();
      if (owners.size > MOST_OWNERS && oldest !== undefined) owners.delete(oldest);
    },
    ownerOf: (evaluationId) => owners.get(evaluationId ?? ""),
  };
}
