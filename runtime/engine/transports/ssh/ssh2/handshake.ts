// The way from nothing to a connection that is ready: socket, banner, key exchange with the host's key verified, login.
import { Socket, isIP } from "node:net";
import type { Algorithms, Client, NextAuthHandler } from "ssh2";
import type { Waiting } from "../../../questions/waiting.ts";
import { ConnectionError } from "../../../host-errors.ts";
import type { CarrierStream } from "../../transport.ts";
import type { Budget } from "../budget.ts";
import type { Destination } from "./destination.ts";
import { describeFailure, describeTimeout, type Phase } from "../failures.ts";
import { keepKeysImported } from "./imported-keys.ts";
import type { Login } from "./login.ts";

export interface Handshake {
  readonly destination: Destination;
  readonly algorithms: Algorithms;
  readonly login: Login;
  /** Why the host with this key must not be spoken to; undefined when it may. */
  readonly verify: (hostKey: Buffer) => Promise<ConnectionError | undefined>;
  /** While a person is asked, no time passes, and a connection that the host ends is not missed. */
  readonly waiting: Waiting;
  readonly budget: Budget;
}

/** The host did not wait until a person had answered: with the answer another try may succeed. */
export class HostWasImpatientError extends Error {
  override readonly name = "HostWasImpatientError";
}

/** Resolves when the client is ready; rejects with `ConnectionError`, `HostWasImpatientError`, or the signal's reason. */
export function shakeHands(
  client: Client,
  stream: CarrierStream,
  handshake: Handshake,
  signal: AbortSignal,
): Promise<void> {
  const { destination, algorithms, login, waiting, budget } = handshake;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const phase = watchPhase(stream, client, destination.settings.hostname);
  const fail = (error: unknown) => {
    reject(error);
    stream.destroy();
  };
  const abort = () => fail(signal.reason);
  const expire = () => fail(describeTimeout(phase(), budget.totalMs, destination));
  const stopClock = budget.start(expire, () => waiting.isUnderWay());
  const failLost = (error: ConnectionError) => {
    if (waiting.isUnderWay()) void failAfter(waiting.over(), error, fail);
    else fail(error);
  };
  void login.brokenOff.then(fail);
  signal.addEventListener("abort", abort, { once: true });

  client.on("error", (error) => {
    // Neither ends the login: an agent that fails, and a key that cannot sign, are followed by the next offer.
    if (error.level === "agent" || error.level === "client-authentication") return;
    if ("code" in error && typeof error.code === "number") login.dismissed();
    failLost(describeFailure(error, phase(), destination));
  });
  client.once("close", () => failLost(describeFailure(undefined, phase(), destination)));
  client.once("change password", () => fail(describeExpiredPassword(destination)));
  client.once("handshake", () => skipHostKeyProof(client));
  keepKeysImported(client);
  client.once("ready", () => {
    login.succeeded();
    resolve();
  });
  const begin = () =>
    client.connect({
      sock: stream,
      username: destination.settings.user,
      algorithms,
      readyTimeout: 0, // Ours covers the whole way, and does not count the time in which we were busy.
      keepaliveInterval: 0, // Ours does not keep the process alive.
      hostVerifier: verifyOnce((hostKey) => verify(hostKey, handshake, fail)),
      authHandler: (accepted, partial, next) => {
        void offerNext(login, [accepted, partial], next).catch(fail);
      },
    });
  // While it waited for its turn it may have ended, and will not say so a second time.
  const cause = stream.errored ?? undefined;
  if (signal.aborted) abort();
  else if (stream.destroyed) fail(describeFailure(cause, phase(), destination));
  else begin();
  return promise.finally(() => {
    stopClock();
    signal.removeEventListener("abort", abort);
  });
}

async function failAfter(
  wait: Promise<void>,
  { message }: Error,
  fail: (error: unknown) => void,
): Promise<void> {
  await wait;
  fail(new HostWasImpatientError(message));
}

/**
 * When keys are exchanged anew the host must have the same key as before, which is said at once: while ssh2 waits for an answer
 * it writes what is sent meanwhile, such as a file, in a form that the host takes for corrupted.
 */
function verifyOnce(ask: (hostKey: Buffer) => Promise<boolean>) {
  let trusted: Buffer | undefined;
  return (hostKey: Buffer, tell: (isTrusted: boolean) => void) => {
    if (trusted !== undefined) {
      tell(trusted.equals(hostKey));
      return;
    }
    void ask(hostKey).then((isTrusted) => {
      if (isTrusted) trusted = Buffer.from(hostKey);
      tell(isTrusted);
    });
  };
}

/** Fails with the reason before ssh2 hears that the key is not trusted. */
async function verify(
  hostKey: Buffer,
  handshake: Handshake,
  fail: (error: unknown) => void,
): Promise<boolean> {
  try {
    const refusal = await handshake.verify(hostKey);
    if (refusal !== undefined) fail(refusal);
    return refusal === undefined;
  } catch (error) {
    fail(error);
    return false;
  }
}

/**
 * After each login ssh2 lets an OpenSSH server sign once with every host key that it has, for a list of further keys that we do
 * not use: an eighth of what a login costs the server. It does so only where this field of its own names OpenSSH.
 */
function skipHostKeyProof(client: Client): void {
  Object.assign(client, { _remoteVer: "" });
}

/** Rejects with the login's refusal when there is nothing more to offer. */
async function offerNext(
  login: Login,
  answer: Parameters<Login["next"]>,
  offer: NextAuthHandler,
): Promise<void> {
  const method = await login.next(...answer);
  if (method === false) throw login.refusal();
  offer(method);
}

function watchPhase(stream: CarrierStream, client: Client, hostname: string): () => Phase {
  const isConnected = !(stream instanceof Socket && stream.connecting);
  const host = { lookedUp: isIP(hostname) !== 0, connected: isConnected, handshaken: false };
  stream.once("lookup", () => (host.lookedUp = true));
  stream.once("connect", () => (host.connected = true));
  client.once("handshake", () => (host.handshaken = true));
  return () => {
    if (host.handshaken) return "logging in";
    if (stream.bytesRead > 0) return "exchanging keys";
    if (host.connected) return "waiting for its SSH banner";
    return host.lookedUp ? "connecting" : "looking up its name";
  };
}

function describeExpiredPassword({ place, hostToVerify }: Destination): ConnectionError {
  return new ConnectionError(
    "refused",
    `the password has expired (${place})`,
    `log in by hand to set a new one: ${hostToVerify.sshCommand.replace(/ true$/u, "")}`,
  );
}
