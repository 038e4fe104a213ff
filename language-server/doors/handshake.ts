// The first words on a socket, as the server says them: who cannot prove the token within the time gets no door.
import type { Socket } from "node:net";
import {
  type ClientHello,
  clientHelloSchema,
  HANDSHAKE_FRAME_BYTES,
  helloCoreSchema,
  PROTOCOL_VERSION,
  type Refusal,
  type ServerHello,
} from "re-ops/protocol";
import { isProof, LineTooLongError, makeNonce, proofOf, readLine, writeLine } from "re-ops/server";

export interface HandshakeOptions {
  readonly token: string;
  readonly identity: Omit<ServerHello, "reops" | "proof" | "protocol">;
  readonly timeoutMs: number;
}

/** The client's hello once both sides have proved themselves; undefined when the socket was refused and closed. */
export async function shakeHands(
  socket: Socket,
  options: HandshakeOptions,
  log: (line: string) => void,
): Promise<ClientHello | undefined> {
  const tooLate = setTimeout(() => socket.destroy(), options.timeoutMs);
  try {
    const answer = await exchange(socket, options);
    if (!("code" in answer)) return answer;
    log(`refused a client: ${answer.reason}`);
    writeLine(socket, answer);
    socket.destroySoon();
  } catch (error) {
    log(`a client did not finish the handshake: ${String(error)}`);
    socket.destroy();
  } finally {
    clearTimeout(tooLate);
  }
  return undefined;
}

async function exchange(
  socket: Socket,
  { token, identity }: HandshakeOptions,
): Promise<ClientHello | Refusal> {
  const serverNonce = makeNonce();
  writeLine(socket, { reops: "challenge", nonce: serverNonce });
  let value: unknown;
  try {
    value = JSON.parse(await readLine(socket, HANDSHAKE_FRAME_BYTES));
  } catch (error) {
    if (error instanceof LineTooLongError) return malformed(error.message);
    if (error instanceof SyntaxError) return malformed("the hello was not JSON");
    throw error;
  }
  const core = helloCoreSchema.safeParse(value);
  if (!core.success) return malformed("the hello was not understood");
  const nonces = { server: serverNonce, client: core.data.nonce };
  if (!isProof(core.data.proof, proofOf(token, "client", nonces))) return wrongToken();
  if (core.data.protocol !== PROTOCOL_VERSION) return otherProtocol(core.data.protocol);
  const hello = clientHelloSchema.safeParse(value);
  if (!hello.success) return malformed(`the hello lacks something: ${hello.error.message}`);
  if (hello.data.project !== identity.project) return otherProject(identity.project);
  const proof = proofOf(token, "server", nonces);
  writeLine(socket, { reops: "welcome", proof, protocol: PROTOCOL_VERSION, ...identity });
  return hello.data;
}

function malformed(reason: string): Refusal {
  const next = "update Re-ops, so that client and server are of one version";
  return { reops: "refused", code: "malformed", reason, next };
}

function wrongToken(): Refusal {
  return {
    reops: "refused",
    code: "token",
    reason: "the client does not know this server's token",
    next: "read the token file in the project's state folder again; another user can not connect",
  };
}

function otherProtocol(theirs: number): Refusal {
  return {
    reops: "refused",
    code: "protocol",
    reason: `the server speaks protocol ${String(PROTOCOL_VERSION)}, the client protocol ${String(theirs)}`,
    next: "end the running server when nothing runs, then connect again: the client starts its own version",
  };
}

function otherProject(project: string): Refusal {
  return {
    reops: "refused",
    code: "project",
    reason: `this server is for ${project}`,
    next: "connect to the server of your own project folder",
  };
}
