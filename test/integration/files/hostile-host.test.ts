// A host that answers a copy with whatever it likes: nothing is ever written outside of its own local folder.
import assert from "node:assert/strict";
import { mkdir, readFile, readdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import {
  type Header,
  TAR_END,
  encodeEntry,
  paddingOf,
} from "../../../runtime/engine/files/tar/header.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { leftovers, makeLabCopies, onlyFailure, onlyValue } from "./lab-copies.ts";
import { describeTree } from "./trees.ts";

type Sent = Partial<Omit<Header, "name" | "link">> & { name: string; link?: string; text?: string };

function entry({ name, link = "", text = "", type = "0", ...rest }: Sent): Buffer {
  const body = Buffer.from(text);
  const header = encodeEntry({
    name: Buffer.from(name),
    link: Buffer.from(link),
    type: "0",
    mode: 0o644,
    modifiedAt: 0,
    size: body.length,
    ...rest,
  });
  if (type !== "0") retype(header.subarray(-512), type);
  return Buffer.concat([header, body, Buffer.alloc(paddingOf(body.length))]);
}

/** Types that we never send ourselves too. */
function retype(header: Buffer, type: string): void {
  const before = Number.parseInt(header.toString("latin1", 148, 154), 8);
  const sum = before - "0".charCodeAt(0) + type.charCodeAt(0);
  header.write(type, 156, "latin1");
  header.write(sum.toString(8).padStart(6, "0"), 148, "latin1");
}

/** A host whose `tar` prints what the test says. */
async function makeHostileHost(t: TestContext) {
  const bin = await temporaryFolder(t);
  const stream = path.join(bin, "stream");
  await writeFile(path.join(bin, "tar"), `#!/bin/sh\ncat ${stream}\n`, { mode: 0o755 });
  const lab = await makeLabCopies(t, {
    environment: { PATH: `${bin}:${process.env["PATH"] ?? ""}` },
  });
  await mkdir(`${lab.remote}/tree`);
  const outside = path.join(lab.local, "outside");
  await mkdir(outside);
  await writeFile(path.join(outside, "file"), "untouched");
  const before = await describeTree(outside);
  const send = async (...sent: readonly (Sent | Buffer)[]) => {
    const bytes = sent.map((one) => (Buffer.isBuffer(one) ? one : entry(one)));
    await writeFile(stream, Buffer.concat(bytes));
    const outcome = await lab.from(`${lab.remote}/tree`, "copies");
    assert.deepEqual(await describeTree(outside), before);
    const made = await readdir(lab.local, { recursive: true });
    const strange = made.filter((name) => !/^(?:copies|outside)(?:\/|$)/u.test(name));
    assert.deepEqual(strange, []);
    assert.deepEqual(await leftovers(lab.local), []);
    return outcome;
  };
  const copy = path.join(lab.local, "copies", lab.sshd.host, "tree");
  return { lab, outside, copy, send };
}

const NOTHING_KEPT = /which leads out of the copy; nothing of it was kept$/u;

test("a path that leads out of the copy is refused, as a file, a folder, a link or a second name", async (t) => {
  const { lab, outside, copy, send } = await makeHostileHost(t);
  for (const name of [
    "../file",
    `${outside}/file`,
    "a/../../file",
    "./../../../outside/file",
    "..",
  ]) {
    for (const type of ["0", "5", "2", "1"]) {
      const sent = { name, type, link: "good", text: type === "0" ? "evil" : "" };
      const failure = onlyFailure(await send({ name: "good" }, sent, TAR_END));
      assert.match(failure.message, NOTHING_KEPT, `${type} ${name}`);
      assert.equal(failure.kind, "refused");
    }
  }
  for (const link of ["../../../outside/file", `${outside}/file`, "/etc/passwd"]) {
    const failure = onlyFailure(await send({ name: "a", type: "1", link }, TAR_END));
    assert.match(failure.message, NOTHING_KEPT, link);
  }
  assert.match(onlyFailure(await send({ name: "./", text: "x" }, TAR_END)).message, NOTHING_KEPT);
  await assert.rejects(stat(copy));
  assert.equal(lab.sshd.opened(), 1);
});

test("nothing is written through a link, neither of the same copy nor of an earlier one", async (t) => {
  const { outside, copy, send } = await makeHostileHost(t);
  const link = { name: "a", type: "2", link: outside } as const;
  const through = { name: "a/file", text: "evil" };
  for (const sent of [
    [link, through],
    [through, link],
    [link, { name: "a/", type: "5" }, through],
  ]) {
    onlyFailure(await send(...sent, TAR_END));
  }
  onlyFailure(await send(link, { name: "b", type: "1", link: "a/file" }, TAR_END));
  onlyFailure(await send(link, { name: "b", type: "1", link: "a" }, TAR_END));
  onlyValue(await send(link, { name: "to a file", type: "2", link: `${outside}/file` }, TAR_END));
  const clash = onlyFailure(await send({ name: "b", text: "new" }, through, TAR_END));
  assert.match(clash.message, /a on this machine is no folder.*nothing was changed$/u);
  assert.deepEqual((await readdir(copy)).sort(), ["a", "to a file"]);
  onlyValue(await send({ name: "to a file", text: "mine" }, TAR_END));
  assert.equal(await readFile(path.join(copy, "to a file"), "utf8"), "mine");
});

test("devices and pipes are left out, set-user-id bits are dropped", async (t) => {
  const { copy, send } = await makeHostileHost(t);
  const odd = ["3", "4", "6"].map((type) => ({ name: `odd-${type}`, type }));
  const suid = { name: "suid", mode: 0o6755, text: "x" };
  const folder = { name: "folder/", mode: 0o7000, type: "5" };
  const value = onlyValue(
    await send(...odd, suid, folder, { name: "folder/in", text: "y" }, TAR_END),
  );
  assert.deepEqual(value.skipped, ["odd-3", "odd-4", "odd-6"]);
  assert.equal(value.files, 2);
  assert.deepEqual((await readdir(copy)).sort(), ["folder", "suid"]);
  assert.equal((await stat(path.join(copy, "suid"))).mode & 0o7777, 0o755);
  assert.equal((await stat(path.join(copy, "folder"))).mode & 0o7777, 0o700);
});

test("endless names, streams that break off and what is no tar stream leave nothing", async (t) => {
  const { copy, send } = await makeHostileHost(t);
  const messages = async (...sent: readonly (Sent | Buffer)[]) =>
    onlyFailure(await send(...sent)).message;
  assert.match(await messages({ name: "n".repeat(300) }, TAR_END), /name is too long$/u);
  assert.match(await messages({ name: "n".repeat(100_000) }, TAR_END), /a name in it is endless$/u);
  assert.match(await messages({ name: "a", text: "x" }), /it ends too early$/u);
  assert.match(
    await messages(entry({ name: "a", text: "xyz" }).subarray(0, 514)),
    /ends too early$/u,
  );
  assert.match(await messages(Buffer.alloc(2000, "x")), /it is no tar stream$/u);
  assert.match(await messages(Buffer.alloc(0)), /it ends too early$/u);
  const broken = { name: "pax", type: "x", text: "9999 path=a\n" };
  assert.match(await messages(broken, { name: "a" }), /ends too early|is broken/u);
  const negative = { name: "pax", type: "x", text: "12 size=-5\n" };
  assert.match(await messages(negative, { name: "a" }, TAR_END), /a size in it is none$/u);
  await assert.rejects(stat(copy));
});
