// One connection and what is open on it, counted.
import type { Clock } from "../waiting/clock.ts";
import { within } from "../waiting/within.ts";
import { ConnectionError, NoChannelError, SilentError } from "../host-errors.ts";
import type { OpenChannel } from "../shell/open-channel.ts";
import type { ByteStream, CarrierStream, Connection } from "../transports/transport.ts";
import { answerInTime } from "./answer-in-time.ts";

export interface CountedConnection {
  readonly connection: Connection;
  /** Whether the host answers within the time. */
  answers(timeoutMs: number): Promise<boolean>;
  /** Commands that are open on it, without those that rest. */
  count(): number;
  /** Whether a command was ever opened on it. */
  wasUsed(): boolean;
  /** How much of the host's room is taken. */
  taken(): number;
  /** Has one that rests give up its room; false when none does. */
  giveUpResting(): boolean;
  /** Rejects as `Connection.open` does. */
  open(line: string): Promise<ByteStream>;
  /** Rejects besides with `SilentError` when the host does not answer in time, or soon after the signal is aborted. */
  openWithin(timeoutMs: number, line: string, signal?: AbortSignal): Promise<OpenChannel>;
  /** Rejects as `Connection.forward` does, or with `ConnectionError` when nothing answers in time. */
  forwardWithin(timeoutMs: number, host: string, port: number): Promise<CarrierStream>;
}

/** `onChange` is called after each command that has ended. */
export function countConnection(
  connection: Connection,
  clock: Clock,
  onChange: () => void,
): CountedConnection {
  let open = 0;
  let wasUsed = false;
  const resting = new Set<() => void>();
  let forwarded = 0;

  function giveBack(): void {
    open -= 1;
    onChange();
  }

  async function openCounted(line: string): Promise<ByteStream> {
    open += 1;
    wasUsed = true;
    try {
      return releaseAtEnd(await connection.open(line), giveBack);
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  async function forwardCounted(host: string, port: number): Promise<CarrierStream> {
    if (connection.forward === undefined) throw new NoChannelError(connection.place);
    forwarded += 1;
    try {
      const stream = await connection.forward(host, port);
      stream.once("close", () => (forwarded -= 1));
      return stream;
    } catch (error) {
      forwarded -= 1;
      throw error;
    }
  }

  /** A connection that does not answer, and on which nothing else lives, is given up. */
  function giveUpAlone(): void {
    if (open - resting.size + forwarded === 1) connection.dispose();
  }

  function giveUpSilent(silentMs: number): SilentError {
    giveUpAlone();
    return new SilentError(connection.place, silentMs);
  }

  function rest(giveUp: () => void): () => void {
    const entry = () => giveUp();
    resting.add(entry);
    onChange();
    return () => void resting.delete(entry);
  }

  function answerWithin<T>(
    timeoutMs: number,
    answer: Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    return answerInTime(answer, {
      clock,
      timeoutMs,
      signal,
      discard() {},
      giveUp: giveUpSilent,
    });
  }

  return {
    connection,
    async answers(timeoutMs) {
      const answer = connection.ping?.().then(() => true);
      return answer === undefined || (await within(clock, timeoutMs, answer)) === true;
    },
    count: () => open - resting.size,
    wasUsed: () => wasUsed,
    taken: () => open,
    giveUpResting() {
      const [oldest] = resting;
      oldest?.();
      return oldest !== undefined;
    },
    open: openCounted,
    async openWithin(timeoutMs, line, signal) {
      const stream = await answerInTime(openCounted(line), {
        clock,
        timeoutMs,
        signal,
        discard: (late) => late.close(),
        giveUp: giveUpSilent,
      });
      return { ...stream, rest, answerWithin };
    },
    forwardWithin: (timeoutMs, host, port) =>
      answerInTime(forwardCounted(host, port), {
        clock,
        timeoutMs,
        discard: (late) => late.destroy(),
        giveUp(silentMs) {
          giveUpAlone();
          return describeNoPassage(host, port, silentMs, connection);
        },
      }),
  };
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

function describeNoPassage(
  host: string,
  port: number,
  timeoutMs: number,
  { place }: Connection,
): ConnectionError {
  return new ConnectionError(
    "timedOut",
    `timed out after ${timeoutMs / 1000} s while the jump host ${place} connected to ${host}:${port}`,
    "is the host up, and does a firewall between the two drop the port?",
  );
}
