// One end of a connection that speaks our messages: typed requests and notifications, each checked by its schema.
import type { Readable, Writable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import {
  createMessageConnection,
  ErrorCodes,
  ResponseError,
  StreamMessageReader,
} from "vscode-jsonrpc/node";
import type { z } from "zod";
import type { NotificationType, RequestType } from "../protocol/message.ts";
import { WriteAtOnce } from "./write-at-once.ts";

export interface Peer {
  /** Rejects with `PeerGoneError` when the other end can answer no more. */
  request<P, R>(type: RequestType<P, R>, params: NoInfer<P>): Promise<R>;
  /** To an end that is gone it goes nowhere. */
  notify<P>(type: NotificationType<P>, params: NoInfer<P>): void;
  onRequest<P, R>(
    type: RequestType<P, R>,
    handle: (params: P) => Promise<NoInfer<R>> | NoInfer<R>,
  ): void;
  onNotification<P>(type: NotificationType<P>, handle: (params: P) => void): void;
  /** Resolves when this end was disposed, or the other is gone and its last message was handled; requests under way reject then. */
  readonly closed: Promise<void>;
  dispose(): void;
}

export interface PeerOptions {
  /** Told of messages that make no sense; a connection survives them. */
  readonly onProblem: (problem: Error) => void;
}

/** Nobody will answer: the connection ended before the answer came. */
export class PeerGoneError extends Error {
  constructor(method: string, options: ErrorOptions) {
    super(`the other end was gone before it answered ${method}`, options);
    this.name = "PeerGoneError";
  }
}

export function createPeer(input: Readable, output: Writable, options: PeerOptions): Peer {
  let handled = 0;
  const connection = createMessageConnection(
    new StreamMessageReader(input),
    new WriteAtOnce(output),
    undefined,
    {
      messageStrategy: {
        handleMessage(message, next) {
          handled += 1;
          return next(message);
        },
      },
    },
  );
  const gone = Promise.withResolvers<undefined>();
  let open = true;
  connection.onClose(() => {
    open = false;
    void drain(() => handled).then(() => {
      connection.dispose();
      gone.resolve(undefined);
    });
  });
  connection.onError(([error]) => {
    options.onProblem(error);
  });
  const peer: Peer = {
    async request(type, params) {
      let answer: unknown;
      try {
        answer = await connection.sendRequest(type.method, params);
      } catch (error) {
        throw isAnswer(error) ? error : new PeerGoneError(type.method, { cause: error });
      }
      return type.result.parse(answer);
    },
    notify(type, params) {
      if (open) connection.sendNotification(type.method, params).catch(options.onProblem);
    },
    onRequest(type, handle) {
      connection.onRequest(type.method, async (raw: unknown) => {
        const params = type.params.safeParse(raw);
        if (!params.success)
          throw new ResponseError(-32602, `${type.method}: ${describeMisfit(params.error)}`);
        return await handle(params.data);
      });
    },
    onNotification(type, handle) {
      connection.onNotification(type.method, (raw: unknown) => {
        const params = type.params.safeParse(raw);
        if (params.success) handle(params.data);
        else options.onProblem(new Error(`${type.method}: ${describeMisfit(params.error)}`));
      });
    },
    closed: gone.promise.then(() => undefined),
    dispose() {
      open = false;
      connection.dispose();
      gone.resolve(undefined);
    },
  };
  connection.listen();
  return peer;
}

/** Such as `a script is longer than … (script)`; never what the message holds, which may be a secret. */
function describeMisfit({ issues }: z.ZodError): string {
  const [first] = issues.map(({ path, message }) => `${message} (${path.join(".")})`);
  const more = issues.length - 1;
  return more > 0 ? `${String(first)}, and ${String(more)} more` : String(first);
}

/** Whether the other end said no, rather than nothing: to one that has just ended a request may not even be written. */
function isAnswer(error: unknown): boolean {
  return error instanceof ResponseError && !NO_ANSWERS.has(error.code);
}

const NO_ANSWERS: ReadonlySet<number> = new Set([
  ErrorCodes.PendingResponseRejected,
  ErrorCodes.MessageWriteError,
]);

/** A closed connection may still hold messages; it hands them out one every other turn of the event loop. */
async function drain(handled: () => number): Promise<void> {
  let before: number;
  do {
    before = handled();
    for (let turn = 0; turn < TURNS_PER_MESSAGE; turn += 1) await setImmediate();
  } while (handled() > before);
}

const TURNS_PER_MESSAGE = 4;
