// Room that a host has refused is tried again now and then, what was opened only to stop a command is closed, and a loss is told once.
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { type Clock, systemClock } from "../waiting/clock.ts";
import { ConnectionError, NoChannelError } from "../host-errors.ts";
import type { ByteStream, Connection, Exit } from "../transports/transport.ts";
import { createChannels } from "./channels.ts";

const { signal } = new AbortController();

/** Timers of this length go off when they are told to. */
function holdTimers(heldMs: number) {
  const held = new Set<() => void>();
  const clock: Clock = {
    ...systemClock,
    after(ms, callback) {
      if (ms !== heldMs) return systemClock.after(ms, callback);
      held.add(callback);
      return () => void held.delete(callback);
    },
  };
  const goOff = () => {
    const all = [...held];
    held.clear();
    for (const callback of all) callback();
  };
  return { clock, goOff };
}

/** A host that opens so many commands on a connection, counts how often it was asked, and may let one connection only be made. */
function createHost(host: { most: number; connections: number; silent?: boolean }) {
  const open = new Set<Connection>();
  const closers: ((reason: string) => void)[] = [];
  const answers: (() => void)[] = [];
  let asked = 0;
  const connect = (): Promise<Connection> => {
    if (closers.length === host.connections)
      return Promise.reject(new ConnectionError("refused", "no more connections", "wait"));
    const { promise: closed, resolve } = Promise.withResolvers<string>();
    let taken = 0;
    const connection: Connection = {
      place: "root@lab:22",
      closed,
      open() {
        asked += 1;
        if (taken === host.most) return Promise.reject(new NoChannelError("no more sessions"));
        taken += 1;
        if (host.silent === true)
          return new Promise((resolve) => answers.push(() => resolve(createStream())));
        return Promise.resolve(createStream());
      },
      hold() {},
      dispose: () => resolve("closed by us"),
    };
    open.add(connection);
    void closed.then(() => open.delete(connection));
    closers.push(resolve);
    return Promise.resolve(connection);
  };
  return { host, connect, asked: () => asked, open: () => open.size, closers, answers };
}

function createStream(): ByteStream {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  return { stdin, stdout, stderr, exit: new Promise<Exit>(() => {}), close() {} };
}

/** Everything that needs no time has happened. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function openMany(channels: ReturnType<typeof createChannels>) {
  let opened = 0;
  return {
    opened: () => opened,
    more: (count: number) => {
      for (let i = 0; i < count; i += 1)
        channels.open("true", 60_000, signal).then(
          () => (opened += 1),
          () => {}, // It still waited at the end of the test.
        );
      return settle();
    },
  };
}

test("room that a host has refused is tried again after a while, one at a time, and grows as far as the host lets it", async () => {
  const { clock, goOff } = holdTimers(60_000);
  const { host, connect, asked } = createHost({ most: 1, connections: 1 });
  const channels = createChannels({ clock, connect, onUnused() {} });
  const { opened, more } = openMany(channels);
  await more(1);
  await more(4);
  const before = asked();
  await more(1);
  assert.deepEqual([opened(), asked()], [1, before], "nobody asks again at once");
  goOff();
  await settle();
  assert.deepEqual([opened(), asked()], [1, before + 1], "one of five has tried");
  host.most = 4;
  goOff();
  await settle();
  assert.deepEqual(
    [opened(), asked()],
    [4, before + 5],
    "three more, and the one that was refused",
  );
  await channels.dispose();
});

test("a connection made only to stop a command, on which the host is silent, is closed with the others", async () => {
  const { host, connect, open, asked } = createHost({ most: 1, connections: 2 });
  const channels = createChannels({ clock: systemClock, connect, onUnused() {} });
  await channels.open("sleep 300", 60_000, signal);
  host.silent = true;
  channels.openControl("true").catch(() => {}); // How it ends is the stopping's business.
  await settle();
  assert.deepEqual([open(), asked()], [2, 3]);
  await channels.dispose();
  assert.equal(open(), 0);
});

test("the loss of a connection is not the reason for what is lost later on another one", async () => {
  const { connect, closers } = createHost({ most: 5, connections: 2 });
  const channels = createChannels({ clock: systemClock, connect, onUnused() {} });
  const lossReason = channels.watchLoss();
  await channels.open("true", 60_000, signal);
  closers[0]?.("the link was cut");
  await settle();
  assert.equal(lossReason(), "the link was cut");
  assert.equal(channels.watchLoss()(), undefined);
  await channels.dispose();
});

/** A command that is on its way to a host which has fallen silent, on a connection where another one runs. */
async function openOnSilent(answeredWithin: (ms: number) => number) {
  const clock: Clock = {
    ...systemClock,
    after: (ms, callback) => systemClock.after(answeredWithin(ms), callback),
  };
  const { host, connect, open, answers } = createHost({ most: 5, connections: 1 });
  const channels = createChannels({ clock, connect, onUnused() {} });
  const running = await channels.open("sleep 300", 60_000, signal);
  host.silent = true;
  const cancel = new AbortController();
  const opening = channels.open("true", 60_000, cancel.signal);
  await settle();
  return { channels, open, running, opening, cancel, answers };
}

/** So long are the parts in which 5 s are waited for. */
const SLICE_MS = 250;

test("a command that is called off while it is started may be given up after 5 s, as one that may run; the connection stays", async () => {
  const { channels, open, running, opening, cancel } = await openOnSilent((ms) =>
    ms === SLICE_MS ? 1 : ms,
  );
  cancel.abort();
  await assert.rejects(opening, { name: "SilentError", commandSent: true, message: /for 5 s/u });
  const later = AbortSignal.abort();
  await assert.rejects(running.answerWithin(60_000, new Promise(() => {}), later), /for 5 s/u);
  assert.equal(open(), 1);
  await channels.dispose();
});

test("when the host answers soon after a command was called off, whoever has opened it gets it to stop it", async () => {
  const { channels, opening, cancel, answers } = await openOnSilent((ms) => ms);
  cancel.abort();
  answers[0]?.();
  assert.equal(typeof (await opening).close, "function");
  await channels.dispose();
});
