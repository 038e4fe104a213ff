// What a resident shell makes of bytes that no shell should send, and of a link that breaks between its two marks.
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { setImmediate as nextTurn } from "node:timers/promises";
import { test } from "node:test";
import type { Exit } from "../transports/transport.ts";
import { createResident } from "./resident.ts";
import { MARKER_HEAD } from "./resident-program.ts";

const MARKER = "0123456789abcdef";
const { signal: never } = new AbortController();

function startShell() {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const { promise: exit, resolve: end } = Promise.withResolvers<Exit>();
  const seen = { closed: 0, freed: 0 };
  const close = () => void (seen.closed += 1);
  const resident = createResident({ stdin, stdout, stderr, exit, close }, 5, () => {
    seen.freed += 1;
  });
  const start = async (interrupted = never) => {
    const running = resident.run("true", MARKER, interrupted);
    stdout.write(`${MARKER_HEAD}${MARKER} 77\n`);
    const stream = await running;
    assert.ok(stream);
    return { stream, out: text(stream.stdout), err: text(stream.stderr), exit: stream.exit };
  };
  return { resident, stdout, stderr, end, seen, start };
}

const announced = `${MARKER} 77\n`;
const over = `${MARKER_HEAD}${MARKER} end 0\n`;

for (const [where, chunks] of Object.entries({
  "in the chunk of the last mark": [`hello${over}stray`],
  "while the shell waits": [`hello${over}`, "stray"],
})) {
  test(`what comes behind both marks, ${where}, is nobody's, and the shell takes no further script`, async () => {
    const { resident, stdout, stderr, seen, start } = startShell();
    const { out, err, exit } = await start();
    stderr.write(over);
    for (const chunk of chunks) {
      stdout.write(chunk);
      await nextTurn();
    }
    assert.deepEqual(await exit, { code: 0 });
    assert.deepEqual([await out, await err], [`${announced}hello`, announced]);
    assert.equal(seen.closed, 1);
    assert.equal(await resident.run("true", MARKER, never), undefined);
  });
}

test("what comes behind one mark is still the script's, and the shell takes no further one", async () => {
  const { stdout, stderr, seen, start } = startShell();
  const { err, exit } = await start();
  stderr.write(`${over}stray`);
  await nextTurn();
  assert.equal(seen.closed, 0);
  stdout.write(over);
  assert.deepEqual([await exit, await err], [{ code: 0 }, `${announced}stray`]);
  assert.deepEqual(seen, { closed: 1, freed: 0 });
});

test("a link that breaks between the two marks has lost output: nobody knows how the script ended", async () => {
  const { stdout, stderr, end, start } = startShell();
  const { out, exit } = await start();
  stdout.write("half");
  stderr.write(over);
  await nextTurn();
  end({});
  assert.deepEqual([await exit, await out], [{}, `${announced}half`]);
});

test("a script that ends behind its interruption keeps the shell until whoever stops it has done so", async () => {
  const { stdout, stderr, seen, start } = startShell();
  const controller = new AbortController();
  const { stream } = await start(controller.signal);
  controller.abort();
  for (const source of [stdout, stderr]) source.write(over);
  await stream.exit;
  assert.deepEqual([stream.session, seen.freed], [5, 0]);
  stream.close();
  stream.close();
  assert.deepEqual(seen, { closed: 0, freed: 1 });
});

test("a script that has ended before its interruption has nothing left in the shell's session", async () => {
  const { stdout, stderr, seen, start } = startShell();
  const controller = new AbortController();
  const { stream } = await start(controller.signal);
  assert.equal(stream.session, 5);
  for (const source of [stdout, stderr]) source.write(over);
  await stream.exit;
  controller.abort();
  assert.deepEqual([stream.session, seen.freed], [undefined, 1]);
  stream.close();
  assert.deepEqual(seen, { closed: 0, freed: 1 });
});

test("errors that overtake the announcement are kept, and then have to wait", async () => {
  const { resident, stdout, stderr } = startShell();
  const running = resident.run("true", MARKER, never);
  const chunk = Buffer.alloc(16 * 1024, "x");
  let written = 0;
  while (!stderr.isPaused() && written < 100) {
    stderr.write(chunk);
    written += 1;
    await nextTurn();
  }
  assert.ok(written < 10, `${written} chunks`);
  stdout.write(`${MARKER_HEAD}${MARKER} 77\n`);
  const stream = await running;
  assert.ok(stream);
  const err = text(stream.stderr);
  stdout.write(over);
  stderr.write(over);
  assert.equal((await err).length, announced.length + written * chunk.length);
});
