// The connections to one host: the first, made once for all who ask at the same time, and further ones while it has no room.
import type { Clock } from "../waiting/clock.ts";
import type { Connection } from "../transports/transport.ts";
import { orAborted } from "../waiting/or-aborted.ts";
import { type CountedConnection, countConnection } from "./counted-connection.ts";
import { type SharedAttempt, startSharedAttempt } from "./shared-attempt.ts";

/** How many connections one host is asked for. */
const MOST_CONNECTIONS = 8;
/** How long a connection beyond the first waits for another use. */
const SURPLUS_MS = 10_000;

export interface Members {
  /** The first one has been there longest. */
  all(): readonly CountedConnection[];
  /** One of them, or the first, which is made. Rejects as connecting does, or with the signal's reason. */
  any(timeoutMs: number, signal: AbortSignal): Promise<CountedConnection>;
  /** Begins to make one more, unless one is being made, there are enough, or the last try failed and nothing has changed since. */
  addFurther(timeoutMs: number): void;
  /** Forgets those that do not answer within the time. */
  check(timeoutMs: number): Promise<void>;
  /** Resolves when there may be room that was not there before. Rejects with the signal's reason. */
  change(signal: AbortSignal): Promise<void>;
  /** Forgets one that has proved dead. */
  drop(member: CountedConnection): void;
  /** Has all who wait for room look again. */
  wake(): void;
  /** Gives why one has been lost since, once one has been. */
  watchLoss(): () => string | undefined;
  /** Keeps or releases the process. */
  hold(active: boolean): void;
  dispose(): Promise<void>;
}

export function createMembers(
  clock: Clock,
  connect: (timeoutMs: number, signal: AbortSignal) => Promise<Connection>,
): Members {
  const members = new Set<CountedConnection>();
  const attempts = new Set<SharedAttempt<CountedConnection>>();
  const waiting = new Set<() => void>();
  let first: SharedAttempt<CountedConnection> | undefined;
  let further: SharedAttempt<CountedConnection> | undefined;
  let furtherFailed = false;
  let isHeld = false;
  let loss: { readonly reason: string } | undefined;

  function wakeAll(): void {
    for (const wake of waiting) wake();
  }

  function startAttempt(timeoutMs: number, onEnd: () => void): SharedAttempt<CountedConnection> {
    const attempt = startSharedAttempt(
      async (signal) => {
        const connection = await connect(timeoutMs, signal);
        if (signal.aborted) connection.dispose();
        signal.throwIfAborted();
        return add(connection);
      },
      () => {
        attempts.delete(attempt);
        onEnd();
        wakeAll();
      },
    );
    attempts.add(attempt);
    return attempt;
  }

  function add(connection: Connection): CountedConnection {
    const member = countConnection(connection, clock, () => {
      furtherFailed = false;
      if (member.count() === 0) closeIfSurplus(member);
      wakeAll();
    });
    members.add(member);
    connection.hold(isHeld);
    void connection.closed.then((reason) => {
      if (members.has(member)) loss = { reason };
      forget(member);
    });
    return member;
  }

  function forget(member: CountedConnection): void {
    members.delete(member);
    wakeAll();
  }

  function drop(member: CountedConnection): void {
    forget(member);
    member.connection.dispose();
  }

  function closeIfSurplus(member: CountedConnection): void {
    clock.after(SURPLUS_MS, () => {
      const [kept] = members;
      if (member.count() > 0 || member === kept || !members.has(member)) return;
      drop(member);
    });
  }

  return {
    all: () => [...members],
    async any(timeoutMs, signal) {
      signal.throwIfAborted();
      const [member] = members;
      if (member !== undefined) return member;
      first ??= startAttempt(timeoutMs, () => (first = undefined));
      return first.join(signal);
    },
    addFurther(timeoutMs) {
      const isEnough = members.size + attempts.size >= MOST_CONNECTIONS;
      if (further !== undefined || furtherFailed || isEnough) return;
      further = startAttempt(timeoutMs, () => (further = undefined));
      // It belongs to nobody who could give up: bounded by its time, and closed as surplus when nobody came to need it.
      further.join(new AbortController().signal).then(closeIfSurplus, () => (furtherFailed = true));
    },
    async check(timeoutMs) {
      await Promise.all(
        [...members].map(async (member) => {
          if (!(await member.answers(timeoutMs))) drop(member);
        }),
      );
    },
    async change(signal) {
      signal.throwIfAborted();
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.add(resolve);
      try {
        await orAborted(promise, signal);
      } finally {
        waiting.delete(resolve);
      }
    },
    drop,
    wake: wakeAll,
    watchLoss() {
      const before = loss;
      return () => (loss === before ? undefined : loss?.reason);
    },
    hold(active) {
      isHeld = active;
      for (const { connection } of members) connection.hold(active);
    },
    async dispose() {
      const unmade = [...attempts];
      for (const attempt of unmade) attempt.giveUp(new Error("disposed"));
      const all = [...members];
      for (const { connection } of all) connection.dispose();
      await Promise.all([
        ...unmade.map(({ settled }) => settled),
        ...all.map(({ connection }) => connection.closed),
      ]);
    },
  };
}
