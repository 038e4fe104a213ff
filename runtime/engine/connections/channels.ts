// The channels of one kept connection: opened at once while the host allows, else one after another, and counted.
import type { Clock } from "../clock.ts";
import { startDeadline } from "../transports/deadline.ts";
import {
  type ByteStream,
  type Connection,
  ConnectionError,
  NoChannelError,
} from "../transports/transport.ts";

export interface Channels {
  readonly connection: Connection;
  /** Why the connection is gone, once it is. */
  closedBecause(): string | undefined;
  /** How many are open. */
  count(): number;
  /** Waits its turn when the host opens no more at once (MaxSessions). Rejects as `Connection.open` does, or with the signal's reason. */
  open(line: string, timeoutMs: number, signal: AbortSignal): Promise<ByteStream>;
  /** Opens past those that wait; rejects with `NoChannelError` when there is no room. */
  openAtOnce(line: string): Promise<ByteStream>;
}

export function createChannels(connection: Connection, clock: Clock): Channels {
  const waiting = new Set<() => void>();
  let closedBecause: string | undefined;
  const sessions = { open: 0, room: Number.POSITIVE_INFINITY };

  function take(): void {
    sessions.open += 1;
    if (sessions.open === 1) connection.hold(true);
  }

  function giveBack(): void {
    sessions.open -= 1;
    if (sessions.open === 0) connection.hold(false);
    for (const wake of waiting) wake();
  }

  async function openAtOnce(line: string): Promise<ByteStream> {
    take();
    try {
      return releaseAtEnd(await connection.open(line), giveBack);
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  async function turn(signal: AbortSignal): Promise<void> {
    while (sessions.open >= sessions.room && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const wake = () => resolve();
      waiting.add(wake);
      signal.addEventListener("abort", wake, { once: true });
      await promise;
      signal.removeEventListener("abort", wake);
      waiting.delete(wake);
    }
    signal.throwIfAborted();
  }

  void connection.closed.then((reason) => (closedBecause = reason));
  return {
    connection,
    closedBecause: () => closedBecause,
    count: () => sessions.open,
    openAtOnce,
    async open(line, timeoutMs, signal) {
      for (;;) {
        await turn(signal);
        try {
          return await bounded(openAtOnce(line), timeoutMs, () => {
            if (sessions.open === 1) connection.dispose(); // Nothing else lives on it, and it does not answer.
            return describeTimeout(timeoutMs, connection);
          });
        } catch (error) {
          if (!(error instanceof NoChannelError)) throw error;
          if (sessions.open === 0) throw describeNoRoom(error);
          sessions.room = Math.min(sessions.room, sessions.open);
        }
      }
    },
  };

  function bounded(
    opening: Promise<ByteStream>,
    timeoutMs: number,
    expire: () => ConnectionError,
  ): Promise<ByteStream> {
    const { promise, resolve, reject } = Promise.withResolvers<ByteStream>();
    let expired = false;
    const callOff = startDeadline(clock, timeoutMs, () => {
      expired = true;
      reject(expire());
    });
    opening.then((stream) => {
      if (expired) stream.close();
      resolve(stream);
    }, reject);
    return promise.finally(callOff);
  }
}

function releaseAtEnd(stream: ByteStream, release: () => void): ByteStream {
  let released = false;
  const releaseOnce = () => {
    if (!released) release();
    released = true;
  };
  void stream.exit.then(releaseOnce);
  const close = () => {
    stream.close();
    releaseOnce();
  };
  return { ...stream, close };
}

function describeTimeout(timeoutMs: number, { place }: Connection): ConnectionError {
  return new ConnectionError(
    "timedOut",
    `timed out after ${timeoutMs / 1000} s while starting the command (${place}); it may have started`,
    "the host is very busy or has gone away; look there before you run it again",
  );
}

function describeNoRoom(error: NoChannelError): ConnectionError {
  return new ConnectionError(
    "refused",
    `the host opens no session: ${error.message}`,
    "look at MaxSessions in sshd_config there",
    { cause: error },
  );
}
