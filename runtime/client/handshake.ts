// The first words on a socket, as a client says them: it proves the token, and believes no server that cannot.
import { readFile } from "node:fs/promises";
import { createConnection, type Socket } from "node:net";
import { once } from "node:events";
import { z } from "zod";
import {
  challengeSchema,
  type ClientHello,
  PROTOCOL_VERSION,
  refusalSchema,
  type Refusal,
  type ServerHello,
  serverHelloSchema,
} from "../protocol/door.ts";
import { VERSION } from "../project/version.ts";
import { readLine, writeLine } from "../rpc/line.ts";
import { isProof, makeNonce, proofOf } from "../rpc/proof.ts";

/** An answer is a path or two and a reason; more is no answer of ours. */
const ANSWER_LIMIT_BYTES = 65_536;

export interface Greeting extends Pick<ClientHello, "project" | "environment" | "client"> {
  readonly tokenFile: string;
}

/** The server is there and says no: why, and what to do. */
export class ServerRefusedError extends Error {
  readonly code: Refusal["code"];
  readonly next: string;

  constructor(refusal: Refusal) {
    super(`the server refused the connection: ${refusal.reason}; ${refusal.next}`);
    this.name = "ServerRefusedError";
    this.code = refusal.code;
    this.next = refusal.next;
  }
}

/** Whoever listens on the server's socket cannot prove that it is the server. */
export class ImpostorError extends Error {
  constructor() {
    super(
      "what answers on the server's socket does not know its token, so it is not the server; nothing more was sent to it",
    );
    this.name = "ImpostorError";
  }
}

/** A socket whose both ends have proved themselves. Rejects with `ServerRefusedError`, or with the socket's own error. */
export async function openDoor(
  socketPath: string,
  door: ClientHello["door"],
  greeting: Greeting,
  signal: AbortSignal,
): Promise<{ socket: Socket; hello: ServerHello }> {
  const socket = createConnection(socketPath);
  socket.on("error", () => {}); // Whoever reads from it is told by its end.
  const abort = () => socket.destroy();
  signal.addEventListener("abort", abort);
  try {
    await once(socket, "connect", { signal });
    const hello = await greet(socket, door, greeting);
    return { socket, hello };
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

async function greet(
  socket: Socket,
  door: ClientHello["door"],
  { tokenFile, ...greeting }: Greeting,
): Promise<ServerHello> {
  const challenge = challengeSchema.parse(await readJson(socket));
  // Read after the challenge: whoever listens has written the token before.
  const token = await readFile(tokenFile, "utf8");
  const nonces = { server: challenge.nonce, client: makeNonce() };
  writeLine(socket, {
    reops: "hello",
    nonce: nonces.client,
    proof: proofOf(token, "client", nonces),
    door,
    protocol: PROTOCOL_VERSION,
    version: VERSION,
    capabilities: [],
    ...greeting,
  } satisfies ClientHello);
  const answer = z.union([serverHelloSchema, refusalSchema]).parse(await readJson(socket));
  if (answer.reops === "refused") throw new ServerRefusedError(answer);
  if (isProof(answer.proof, proofOf(token, "server", nonces))) return answer;
  throw new ImpostorError();
}

async function readJson(socket: Socket): Promise<unknown> {
  return JSON.parse(await readLine(socket, ANSWER_LIMIT_BYTES));
}
