// Tar streams: what every tar of this machine makes is read, however it is cut, and what we make says what it should.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, symlink, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import * as fc from "fast-check";
import { temporaryFolder } from "../../../../test/support/temporary.ts";
import { ByteReader } from "./byte-reader.ts";
import { type Header, decodeHeader, encodeEntry, paddingOf } from "./header.ts";
import { readEntries } from "./read-entries.ts";

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readAll(bytes: Buffer, pieceBytes: number) {
  const found: (Header & { text: string })[] = [];
  for await (const { body, ...header } of readEntries(
    new ByteReader(inPieces(bytes, pieceBytes)),
  )) {
    const text = Buffer.concat(await Array.fromAsync(body)).toString("latin1");
    found.push({ ...header, text: text.length > 100 ? String(text.length) : text });
  }
  return found;
}

async function makeStream(command: string, words: readonly string[]): Promise<Buffer> {
  const child = spawn(command, words, { stdio: ["ignore", "pipe", "inherit"] });
  return buffer(child.stdout);
}

const LONG = `${"long/".repeat(30)}${"n".repeat(200)}`;

for (const [command, ...words] of [
  ["tar", "--format=gnu"],
  ["tar", "--format=posix"],
  ["busybox", "tar"],
] as const) {
  test(`what ${[command, ...words].join(" ")} makes is read, however it is cut`, async (t) => {
    const folder = await temporaryFolder(t);
    await mkdir(path.join(folder, path.dirname(LONG)), { recursive: true });
    await writeFile(path.join(folder, LONG), "deep");
    await writeFile(path.join(folder, "grüße\nx"), "text", { mode: 0o751 });
    await writeFile(path.join(folder, "big"), Buffer.alloc(5000, "b"));
    await symlink(LONG, path.join(folder, "link"));
    const bytes = await makeStream(command, [...words, "-cf", "-", "-C", folder, "."]);
    for (const pieceBytes of [1, 511, 512, 10_240, bytes.length]) {
      const found = await readAll(bytes, pieceBytes);
      const by = new Map(found.map((one) => [one.name.toString().replace(/^\.\//u, ""), one]));
      assert.equal(by.get(LONG)?.text, "deep");
      assert.equal(by.get("big")?.text, "5000");
      assert.equal(by.get("grüße\nx")?.mode, 0o751);
      assert.equal(by.get("link")?.link.toString(), LONG);
      assert.deepEqual([by.get("link")?.type, by.get("long/")?.type], ["2", "5"]);
      assert.ok((by.get("big")?.modifiedAt ?? 0) > 1_600_000_000);
    }
    await assert.rejects(readAll(bytes.subarray(0, bytes.length / 2), 700));
  });
}

test("sizes beyond 8 GB are said and understood", async (t) => {
  const folder = await temporaryFolder(t);
  const size = 9 * 1024 ** 3;
  await writeFile(path.join(folder, "huge"), "");
  await truncate(path.join(folder, "huge"), size);
  for (const format of ["gnu", "posix"]) {
    const child = spawn("tar", [`--format=${format}`, "-cf", "-", "-C", folder, "huge"]);
    const reader = new ByteReader(child.stdout as AsyncIterable<Buffer>);
    for await (const entry of readEntries(reader)) {
      assert.equal(entry.size, size);
      break;
    }
    child.kill();
  }
  const header = {
    name: Buffer.from("huge"),
    type: "0",
    mode: 0o644,
    modifiedAt: 5,
    size,
  } as const;
  const bytes = encodeEntry({ ...header, link: Buffer.alloc(0) });
  const child = spawn("tar", ["-tvf", "-"], { stdio: ["pipe", "pipe", "ignore"] });
  child.stdin.end(bytes);
  assert.match(
    (await buffer(child.stdout)).toString(),
    new RegExp(` ${String(size)} .* huge\n$`, "u"),
  );
});

test("random headers come back as they went", async () => {
  const name = fc
    .uint8Array({ minLength: 1, maxLength: 400 })
    .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0 ? 1 : byte))));
  const header = fc.record({
    name,
    link: name,
    type: fc.constant("2" as const),
    mode: fc.nat(0o777),
    modifiedAt: fc.nat(2 ** 33),
    size: fc.constant(0),
  });
  await fc.assert(
    fc.asyncProperty(header, fc.integer({ min: 1, max: 600 }), async (one, pieceBytes) => {
      const bytes = Buffer.concat([encodeEntry(one), Buffer.alloc(1024)]);
      const [found, ...others] = await readAll(bytes, pieceBytes);
      assert.deepEqual(found, { ...one, text: "" });
      assert.equal(others.length, 0);
    }),
    { numRuns: 100 },
  );
});

test("any change of a header is noticed, and bodies fill whole blocks", () => {
  const header = {
    name: Buffer.from("a"),
    type: "0",
    mode: 0o644,
    modifiedAt: 5,
    size: 7,
  } as const;
  const bytes = encodeEntry({ ...header, link: Buffer.alloc(0) });
  for (const at of [0, 50, 105, 130, 150, 156, 400, 511]) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(((changed[at] ?? 0) + 1) % 256, at);
    assert.throws(() => decodeHeader(changed), /no tar stream/u);
  }
  assert.deepEqual([0, 1, 511, 512, 513].map(paddingOf), [0, 511, 1, 0, 511]);
});
