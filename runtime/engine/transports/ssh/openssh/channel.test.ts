// What a hostile host says on a channel: no room in its packets, and words after the end.
import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { ConnectionError } from "../../../host-errors.ts";
import { openChannel } from "./channel.ts";
import { closeMessage } from "./messages.ts";

function open(longestDataBytes: number) {
  const written: Buffer[] = [];
  const channel = openChannel(0, "true", {
    place: "root@lab:22",
    write: (bytes) => void written.push(bytes),
    free() {},
  });
  channel.receive({ channel: 0, kind: "opened", remote: 7, window: 1000, longestDataBytes });
  return { channel, written };
}

test("a channel that takes packets of no bytes is refused and closed: nothing could ever be written", async () => {
  const { channel, written } = open(0);
  await assert.rejects(channel.stream, (error) => {
    assert.ok(error instanceof ConnectionError);
    assert.equal(error.kind, "refused");
    assert.match(error.message, /packets of 0 bytes \(root@lab:22\)$/u);
    return true;
  });
  assert.deepEqual(written.at(-1), closeMessage(7));
});

test("what comes after the end of the output is left out, and the end is told all the same", async () => {
  const { channel } = open(1000);
  channel.receive({ channel: 0, kind: "success" });
  const { stdout, stderr, exit } = await channel.stream;
  const read = Promise.all([text(stdout), text(stderr)]);
  const say = (words: string) =>
    channel.receive({ channel: 0, kind: "data", stream: "out", bytes: Buffer.from(words) });
  say("in time");
  channel.receive({ channel: 0, kind: "eof" });
  say("late");
  channel.receive({ channel: 0, kind: "exitStatus", code: 3 });
  channel.receive({ channel: 0, kind: "close" });
  assert.deepEqual(await read, ["in time", ""]);
  assert.deepEqual(await exit, { code: 3 });
});

test("a stream that breaks does not make the end break", async () => {
  const { channel } = open(1000);
  channel.receive({ channel: 0, kind: "success" });
  const { stdout, stderr, exit } = await channel.stream;
  stdout.on("error", () => {});
  stdout.destroy(new Error("the reader broke"));
  stderr.resume();
  channel.receive({ channel: 0, kind: "close" });
  assert.deepEqual(await exit, {});
});

for (const [said, expected] of [
  [["exitStatus"], {}],
  [["exitStatus", "eof"], { code: 0 }],
] as const) {
  test(`of a channel that is lost after ${said.join(" and ")} it is told how it ended only if its output is whole`, async () => {
    const { channel } = open(1000);
    channel.receive({ channel: 0, kind: "success" });
    const { stdout, stderr, exit } = await channel.stream;
    for (const kind of said) channel.receive({ channel: 0, kind, code: 0 });
    channel.lose("the link was cut");
    stdout.resume();
    stderr.resume();
    assert.deepEqual(await exit, expected);
  });
}
