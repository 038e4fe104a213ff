// One end of a connection that speaks our messages: typed requests and notifications, each checked by its schema.
import type { Readable, Writable } from "node:stream";
import {
  createMessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import type { NotificationType, RequestType } from "../protocol/message.ts";

export interface Peer {
  request<P, R>(type: RequestType<P, R>, params: NoInfer<P>): Promise<R>;
  notify<P>(type: NotificationType<P>, params: NoInfer<P>): void;
  onRequest<P, R>(type: RequestType<P, R>, handle: (params: P) => Promise<NoInfer<R>> | NoInfer<R>): void;
  onNotification<P>(type: NotificationType<P>, handle: (params: P) => void): void;
  /** Resolves when the other end is gone or this one was disposed. */
  readonly closed: Promise<void>;
  dispose(): void;
}

export interface PeerOptions {
  /** Told of messages that make no sense; a connection survives them. */
  readonly onProblem: (problem: Error) => void;
}

export function createPeer(input: Readable, output: Writable, options: PeerOptions): Peer {
  const connection = createMessageConnection(
    new StreamMessageReader(input),
    new StreamMessageWriter(output),
  );
  const gone = Promise.withResolvers<undefined>();
  connection.onClose(() => {
    gone.resolve(undefined);
  });
  connection.onError(([error]) => {
    options.onProblem(error);
  });
  const peer: Peer = {
    async request(type, params) {
      return type.result.parse(await connection.sendRequest(type.method, params));
    },
    notify(type, params) {
      connection.sendNotification(type.method, params).catch(options.onProblem);
    },
    onRequest(type, handle) {
      connection.onRequest(type.method, async (raw: unknown) => {
        const params = type.params.safeParse(raw);
        if (!params.success) throw new ResponseError(-32602, `${type.method}: ${params.error.message}`);
        return await handle(params.data);
      });
    },
    onNotification(type, handle) {
      connection.onNotification(type.method, (raw: unknown) => {
        const params = type.params.safeParse(raw);
        if (params.success) handle(params.data);
        else options.onProblem(new Error(`${type.method}: ${params.error.message}`));
      });
    },
    closed: gone.promise.then(() => undefined),
    dispose() {
      connection.dispose();
      gone.resolve(undefined);
    },
  };
  connection.listen();
  return peer;
}
