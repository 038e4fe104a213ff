// What is opened on a host, whatever number of connections it takes: commands that run there, and ways through it to other hosts.
import type { Clock } from "../waiting/clock.ts";
import { ConnectionError, LostError, NoChannelError, SilentError } from "../host-errors.ts";
import type { OpenChannel } from "../shell/open-channel.ts";
import type { ByteStream, CarrierStream, Connection } from "../transports/transport.ts";
import { createApart } from "./apart.ts";
import type { CountedConnection } from "./counted-connection.ts";
import { createMembers } from "./members.ts";
import { orAborted } from "../waiting/or-aborted.ts";
import { createRoom } from "./room.ts";

/** A connection that nobody used for so long may have died without a word, as when this machine slept. */
const STALE_MS = 30_000;
/** How long the host of such a connection may take to answer. */
const ANSWER_MS = 3000;

export interface Channels {
  /** Resolves when there is a connection. Rejects as `Route.connect` does; who gives up last ends the connecting. */
  ready(timeoutMs: number, signal: AbortSignal): Promise<void>;
  /**
   * Opens a command where there is room: over a further connection when the host opens no more on those that there are (MaxSessions),
   * and in its turn when there are enough of them. Rejects as `Connection.open` does, with the signal's reason as long as nothing
   * was sent, or with `SilentError` when the host does not answer in time, or soon after the signal is aborted.
   */
  open(line: string, timeoutMs: number, signal: AbortSignal): Promise<OpenChannel>;
  /** Whether a command was ever opened on the connections that there are. */
  wereUsed(): boolean;
  /** Opens past those that wait, for what cannot wait: stopping a command. Rejects as `Connection.open` does. */
  openControl(line: string): Promise<ByteStream>;
  /** A byte stream to a port that the host reaches. Rejects as `Connection.forward` does, or with the signal's reason. */
  forward(
    host: string,
    port: number,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<CarrierStream>;
  /** Until the function that it gives is called, the connections are not idle. */
  use(): () => void;
  /** Until the function that it gives is called, the connections keep the process alive. */
  hold(): () => void;
  isUsed(): boolean;
  /** Gives why a connection has been lost since, once one has been. */
  watchLoss(): () => string | undefined;
  /** Commands that are open, without those that rest. */
  count(): number;
  connectionCount(): number;
  /** Closes everything and waits until it is closed. */
  dispose(): Promise<void>;
}

export interface ChannelsOptions {
  readonly clock: Clock;
  readonly connect: (timeoutMs: number, signal: AbortSignal) => Promise<Connection>;
  /** Called when the last use has ended. */
  readonly onUnused: () => void;
}

export function createChannels({ clock, connect, onUnused }: ChannelsOptions): Channels {
  const members = createMembers(clock, connect);
  const apart = createApart(clock, connect);
  const room = createRoom(clock, () => members.wake());
  let lastUse = stampOf(clock);
  let checked = Promise.resolve();
  const users = createCounter(
    () => {
      if (isOld(lastUse, clock)) checked = members.check(ANSWER_MS);
    },
    () => {
      lastUse = stampOf(clock);
      onUnused();
    },
  );
  const holders = createCounter(
    () => members.hold(true),
    () => members.hold(false),
  );

  async function withRoom(timeoutMs: number, signal: AbortSignal): Promise<CountedConnection> {
    for (;;) {
      if (members.all().length === 0) room.forget(); // It may allow more by now.
      await members.any(timeoutMs, signal);
      const free = members.all().find((member) => room.take(member.taken()));
      if (free !== undefined) return free;
      const change = members.change(signal);
      if (!members.all().some((member) => member.giveUpResting())) members.addFurther(timeoutMs);
      await change;
    }
  }

  /** What breaks off while something is being opened on it is of no more use; where a host is only silent, others may live. */
  async function openOn<T>(member: CountedConnection, opening: Promise<T>): Promise<T> {
    try {
      return await opening;
    } catch (error) {
      if (error instanceof LostError && !(error instanceof SilentError)) members.drop(member);
      throw error;
    }
  }

  return {
    async ready(timeoutMs, signal) {
      await orAborted(checked, signal);
      await members.any(timeoutMs, signal);
    },
    async open(line, timeoutMs, signal) {
      let wasRefusedAlone = false;
      for (;;) {
        const member = await withRoom(timeoutMs, signal);
        try {
          const channel = await openOn(member, member.openWithin(timeoutMs, line, signal));
          room.opened(member.taken());
          return channel;
        } catch (error) {
          if (!(error instanceof NoChannelError)) throw error;
          if (member.taken() > 0) {
            room.refused(member.taken());
            continue;
          }
          if (wasRefusedAlone) throw describeNoRoom(error);
          // The host may not have put away yet what ended last; when it refused, it was about to.
          wasRefusedAlone = true;
        }
      }
    },
    wereUsed: () => members.all().some((member) => member.wasUsed()),
    async openControl(line) {
      for (const member of members.all()) {
        try {
          return await openOn(member, member.open(line));
        } catch (error) {
          if (!(error instanceof NoChannelError)) throw error;
        }
      }
      return apart.open(line);
    },
    async forward(host, port, timeoutMs, signal) {
      for (;;) {
        const member = await members.any(timeoutMs, signal);
        signal.throwIfAborted();
        try {
          return await openOn(member, member.forwardWithin(timeoutMs, host, port));
        } catch (error) {
          // Nothing has been said to the other host yet, so it may be tried over a connection that lives.
          if (!(error instanceof LostError)) throw error;
        }
      }
    },
    use: users.enter,
    hold: holders.enter,
    isUsed: () => users.count() > 0,
    watchLoss: () => members.watchLoss(),
    count: () => members.all().reduce((sum, member) => sum + member.count(), 0),
    connectionCount: () => members.all().length,
    async dispose() {
      room.forget();
      await Promise.all([apart.dispose(), members.dispose()]);
    },
  };
}

interface Stamp {
  readonly now: number;
  readonly elapsed: number;
}

function stampOf(clock: Clock): Stamp {
  return { now: clock.now(), elapsed: clock.elapsed() };
}

/** By either clock: the one for durations stands still while the machine sleeps, and the other one may be set back. */
function isOld({ now, elapsed }: Stamp, clock: Clock): boolean {
  return clock.now() - now > STALE_MS || clock.elapsed() - elapsed > STALE_MS;
}

/** Counts those who have entered and not left; everybody leaves once. */
function createCounter(onFirst: () => void, onNone: () => void) {
  let inside = 0;
  return {
    count: () => inside,
    enter: () => {
      let isInside = true;
      inside += 1;
      if (inside === 1) onFirst();
      return () => {
        if (!isInside) return;
        isInside = false;
        inside -= 1;
        if (inside === 0) onNone();
      };
    },
  };
}

function describeNoRoom(error: NoChannelError): ConnectionError {
  return new ConnectionError(
    "refused",
    `the host opens no session: ${error.message}`,
    "look at MaxSessions in sshd_config there",
    { cause: error },
  );
}
