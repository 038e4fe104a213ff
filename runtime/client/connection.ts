// A connection to a server's runtime door, once both ends have proved themselves.
import type { Socket } from "node:net";
import type { ServerHello } from "../protocol/door.ts";
import { evaluate, type EvaluateRequest, type EvaluateResult } from "../protocol/evaluation.ts";
import { createPeer, type Peer } from "../rpc/peer.ts";
import { SentText } from "../rpc/sent-text.ts";

export interface Connection {
  readonly runtime: Peer;
  /** Evaluates; the text is sent only when the server does not have it. */
  evaluate(request: EvaluateRequest): Promise<EvaluateResult>;
  readonly hello: ServerHello;
  /** Resolves when the connection is over, whoever ended it; connecting again finds or starts the next server. */
  readonly closed: Promise<void>;
  dispose(): void;
}

export function speak(socket: Socket, hello: ServerHello, log: (line: string) => void): Connection {
  const runtime = createPeer(socket, socket, {
    onProblem: (problem) => {
      log(`server ${String(hello.pid)}: ${problem.message}`);
    },
  });
  const texts = new SentText();
  return {
    runtime,
    hello,
    evaluate: ({ text, ...params }) =>
      runtime.request(evaluate, { ...params, ...texts.send(params.file, text) }),
    closed: runtime.closed,
    dispose() {
      runtime.dispose();
      socket.destroy();
    },
  };
}
