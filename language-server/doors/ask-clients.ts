// Puts the engine's questions to a person: in the window or terminal whose evaluation it is, else in the newest window, else in the next.
import { randomUUID } from "node:crypto";
import {
  answerWasWrong,
  askHostKeys,
  askSecret,
  questionWithdrawn,
  type RequestType,
} from "re-ops/protocol";
import type { Asker, Peer } from "re-ops/server";
import type { Clients } from "./clients.ts";

export interface AskClientsOptions {
  readonly clients: Pick<Clients, "has" | "windows" | "tellAll">;
  ownerOf(evaluationId: string | undefined): Peer | undefined;
}

type Unanswered = { readonly kind: "declined" } | { readonly kind: "nobody" };

interface Asking<P, R> {
  readonly type: RequestType<P & { readonly id: string }, R>;
  readonly params: P;
  readonly evaluationId: string | undefined;
  readonly signal: AbortSignal;
}

export function askClients(options: AskClientsOptions): Asker {
  const { clients } = options;

  function nextClient(evaluationId: string | undefined, asked: ReadonlySet<Peer>) {
    const owner = options.ownerOf(evaluationId);
    const inOrder = [owner, ...clients.windows().toReversed()];
    return inOrder.find((one) => one !== undefined && clients.has(one) && !asked.has(one));
  }

  async function ask<P, R extends { readonly kind: string }>(
    asking: Asking<P, R>,
  ): Promise<R | Unanswered> {
    const asked = new Set<Peer>();
    while (!asking.signal.aborted) {
      const client = nextClient(asking.evaluationId, asked);
      if (client === undefined) return { kind: "nobody" };
      asked.add(client);
      const given = await askOne(client, asking);
      if (given.kind !== "nobody") return given;
    }
    return { kind: "declined" };
  }

  return {
    askSecret: ({ evaluationId, ...params }, signal) =>
      ask({ type: askSecret, params, evaluationId, signal }),
    askHostKeys: ({ evaluationId, ...params }, signal) =>
      ask({ type: askHostKeys, params, evaluationId, signal }),
    forget(about) {
      clients.tellAll(answerWasWrong, { about });
    },
  };
}

async function askOne<P, R extends { readonly kind: string }>(
  client: Peer,
  { type, params, signal }: Asking<P, R>,
): Promise<R | Unanswered> {
  const id = randomUUID();
  const withdrawn = Promise.withResolvers<Unanswered>();
  const withdraw = () => {
    client.notify(questionWithdrawn, { id });
    withdrawn.resolve({ kind: "declined" });
  };
  signal.addEventListener("abort", withdraw, { once: true });
  try {
    return await Promise.race([client.request(type, { ...params, id }), withdrawn.promise]);
  } catch {
    return { kind: "nobody" }; // it has gone away, or never answers questions
  } finally {
    signal.removeEventListener("abort", withdraw);
  }
}
