// A fleet of new keys costs a few writes; none of them stands in the file twice, and one that was taken out comes back when it is trusted again.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../../test/support/temporary.ts";
import { createKnownHostsWriter } from "./known-hosts-writer.ts";
import { parseKnownHosts } from "./known-hosts.ts";
import { type TrustedKey, writeKnownHosts } from "./write-known-hosts.ts";

const TYPE = "ssh-ed25519";

function createTrustedKey(name: string): TrustedKey {
  const parts = [Buffer.from(TYPE), randomBytes(32)];
  const blob = Buffer.concat(parts.flatMap((part) => [Buffer.from([0, 0, 0, part.length]), part]));
  return { name, type: TYPE, blob, isHashed: true };
}

test("what comes during a write is written at once, however many keys it is", async (t) => {
  const file = path.join(await temporaryFolder(t), "known_hosts");
  const sizes: number[] = [];
  const writer = createKnownHostsWriter((where, keys) => {
    sizes.push(keys.length);
    return writeKnownHosts(where, keys);
  });
  const [first, ...others] = Array.from({ length: 50 }, (_, at) => createTrustedKey(`host${at}`));
  assert.ok(first);
  await Promise.all([
    writer.add(file, first),
    Promise.resolve().then(() => Promise.all(others.map((key) => writer.add(file, key)))),
  ]);
  assert.deepEqual(sizes, [1, 49]);
  const knownHosts = parseKnownHosts(await readFile(file, "utf8"), file);
  for (const { name, blob } of [first, ...others]) {
    const found = knownHosts.find(name).map((key) => key.blob.toString("base64"));
    assert.deepEqual(found, [blob.toString("base64")]);
  }
});

test("a key is added once, and again when somebody has taken it out", async (t) => {
  const file = path.join(await temporaryFolder(t), "known_hosts");
  const writer = createKnownHostsWriter();
  const key = createTrustedKey("shared");
  await Promise.all([writer.add(file, key), writer.add(file, key)]);
  await writer.add(file, key);
  const text = await readFile(file, "utf8");
  assert.equal(text.split("\n").length, 2);
  await writeFile(file, "");
  await writer.add(file, key);
  assert.equal(parseKnownHosts(await readFile(file, "utf8"), file).find("shared").length, 1);
});

test("a file that takes nothing is told to all who wait for it, and keeps no other file waiting", async (t) => {
  const folder = await temporaryFolder(t);
  const isFolder = path.join(folder, "folder");
  await mkdir(isFolder);
  const writer = createKnownHostsWriter();
  const key = createTrustedKey("one");
  const bad = [writer.add(isFolder, key), writer.add(isFolder, createTrustedKey("two"))];
  const good = writer.add(path.join(folder, "known_hosts"), key);
  for (const one of bad) await assert.rejects(one, /is no file/u);
  await good;
});
