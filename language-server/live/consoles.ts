// Who hears what user code prints: the client that asked for the evaluation; when it is gone or nobody asked, all.
import { consoleOutput } from "re-ops/protocol";
import type { LiveConsole } from "re-ops/server";
import type { Clients } from "../doors/clients.ts";
import type { Owners } from "./owners.ts";

export interface Consoles {
  print(output: LiveConsole): void;
}

export function createConsoles(
  clients: Pick<Clients, "has" | "tellAll">,
  owners: Pick<Owners, "ownerOf">,
): Consoles {
  return {
    print(output) {
      const owner = owners.ownerOf(output.evaluationId);
      if (owner !== undefined && clients.has(owner)) owner.notify(consoleOutput, output);
      else clients.tellAll(consoleOutput, output);
    },
  };
}
