// What copies bring: contents, permission bits, links and names of any kind, both ways, over a real sshd.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import {
  chmod,
  link,
  lstat,
  mkdir,
  readFile,
  readdir,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { Hosts, mkdir as mkdirThere, run, scpFrom, scpInto } from "../../../runtime/public.ts";
import { runCommand } from "../../lab/run-command.ts";
import { leftovers, makeLabCopies, onlyValue } from "./lab-copies.ts";
import { NASTY_NAMES, describeTree, makeTree } from "./trees.ts";

const modeOf = async (file: string | Buffer) => (await lstat(file)).mode & 0o7777;

test("a file comes whole, with its permission bits, and nothing else is left", async (t) => {
  const { local, remote, into } = await makeLabCopies(t);
  for (const [size, mode] of [
    [0, 0o644],
    [1, 0o600],
    [70_000, 0o755],
    [3_000_000, 0o640],
    [20_000_000, 0o444],
  ] as const) {
    const bytes = randomBytes(size);
    const name = `file-${String(size)}`;
    await writeFile(path.join(local, name), bytes);
    await chmod(path.join(local, name), mode);
    const value = onlyValue(await into(name, `${remote}/there`));
    assert.deepEqual(value, { path: `${remote}/there`, files: 1, bytes: size, skipped: [] });
    assert.ok(bytes.equals(await readFile(`${remote}/there`)));
    assert.equal(await modeOf(`${remote}/there`), mode);
  }
  assert.deepEqual(await readdir(remote), ["there"]);
});

test("a folder comes with all that is in it, into a new place and into one that is there", async (t) => {
  const { local, remote, into } = await makeLabCopies(t);
  await makeTree(path.join(local, "tree"));
  const expected = await describeTree(path.join(local, "tree"));
  const value = onlyValue(await into("tree", `${remote}/there`));
  assert.equal(value.path, `${remote}/there`);
  assert.equal(value.files, NASTY_NAMES.length + 7);
  assert.deepEqual(await describeTree(`${remote}/there`), expected);
  await writeFile(`${remote}/there/more`, "kept");
  await writeFile(`${remote}/there/plain`, "older");
  onlyValue(await into("tree", `${remote}/there`));
  const merged = (await describeTree(`${remote}/there`)).filter((line) => !line.startsWith("more"));
  assert.deepEqual(merged, expected);
  assert.equal(await readFile(`${remote}/there/more`, "utf8"), "kept");
  assert.equal(onlyValue(await into("tree", `${remote}/`)).path, `${remote}/tree`);
  assert.deepEqual(await describeTree(`${remote}/tree`), expected);
  assert.deepEqual(await leftovers(remote), []);
});

test("a folder comes from a host into one of the host's own, and again into the same", async (t) => {
  const { local, remote, from, sshd } = await makeLabCopies(t);
  await makeTree(`${remote}/tree`);
  const expected = await describeTree(`${remote}/tree`);
  for (const round of [1, 2]) {
    const value = onlyValue(await from(`${remote}/tree`, "copies"));
    assert.equal(value.path, path.join(local, "copies", sshd.host, "tree"));
    assert.equal(value.files, NASTY_NAMES.length + 7, `round ${String(round)}`);
    assert.deepEqual(await describeTree(value.path), expected);
    await writeFile(path.join(value.path, "plain"), "older");
    await writeFile(path.join(value.path, ".hidden"), "older");
  }
  assert.deepEqual(await leftovers(local), []);
});

test("a file comes from a host, also one of the kernel that says nothing of its size", async (t) => {
  const { local, remote, from } = await makeLabCopies(t);
  const bytes = randomBytes(5_000_000);
  await writeFile(`${remote}/it's one`, bytes, { mode: 0o640 });
  await symlink("it's one", `${remote}/link`);
  for (const name of ["it's one", "link"]) {
    const { path: file, ...rest } = onlyValue(await from(`${remote}/${name}`, "."));
    assert.deepEqual(rest, { files: 1, bytes: bytes.length, skipped: [] });
    assert.equal(path.basename(file), name);
    assert.ok(bytes.equals(await readFile(file)));
    assert.equal(await modeOf(file), 0o640);
  }
  const version = onlyValue(await from("/proc/version", "."));
  assert.equal(await readFile(version.path, "utf8"), await readFile("/proc/version", "utf8"));
  assert.deepEqual(await leftovers(local), []);
});

test("several hosts never overwrite one local file, whatever they are called", async (t) => {
  const { local, remote, hosts, inEvaluation } = await makeLabCopies(t);
  await writeFile(`${remote}/who`, "me");
  const names = ["a/../b", "fe80::1%eth0", "..", "-x", "A", "a b", "a%20b"];
  const many = new Hosts({ transport: "local" }, names, { concurrency: 2 });
  const outcome = await inEvaluation(async () => run(scpFrom(many, `${remote}/who`, ".")));
  const paths = outcome.success.map(({ value }) => path.relative(local, value.path));
  assert.deepEqual(paths, [
    "a%2F..%2Fb/who",
    "fe80%3A%3A1%25eth0/who",
    "%2E./who",
    "%2Dx/who",
    "A/who",
    "a%20b/who",
    "a%2520b/who",
  ]);
  for (const one of paths) assert.equal(await readFile(path.join(local, one), "utf8"), "me");
  assert.equal(hosts.hosts.length, 1);
});

test("a file goes into a folder, through a link, and under the home folder, and keeps its mode, times and owner as asked", async (t) => {
  const { local, remote, into, from, sshd } = await makeLabCopies(t);
  await writeFile(path.join(local, "a"), "new");
  await utimes(path.join(local, "a"), 1_000_000, 1_234_567);
  assert.equal(onlyValue(await into("a", remote)).path, `${remote}/a`);
  await mkdir(`${remote}/real`);
  await writeFile(`${remote}/real/file`, "old");
  await symlink("real/file", `${remote}/link`);
  assert.equal(onlyValue(await into("a", `${remote}/link`)).path, `${remote}/real/file`);
  assert.ok((await lstat(`${remote}/link`)).isSymbolicLink());
  assert.equal(await readFile(`${remote}/real/file`, "utf8"), "new");
  onlyValue(await into("a", "~/in home", { mode: 0o604, times: true }));
  const home = sshd.hosts[0]?.home ?? "";
  assert.equal(await modeOf(path.join(home, "in home")), 0o604);
  assert.equal((await lstat(path.join(home, "in home"))).mtimeMs, 1_234_567_000);
  const back = onlyValue(await from("~/in home", ".", { times: true, mode: 0o600 }));
  assert.equal((await lstat(back.path)).mtimeMs, 1_234_567_000);
  assert.equal(await modeOf(back.path), 0o600);
});

test("a relative path on a host begins where its scripts do, and is no option when it begins with a dash", async (t) => {
  const { local, inEvaluation } = await makeLabCopies(t);
  await writeFile(path.join(local, "a"), "one");
  const here = new Hosts({ transport: "local" }, ["here"]);
  const outcome = await inEvaluation(async () =>
    run(scpInto(here, "a", "-n"), scpFrom("-n", "back")),
  );
  assert.equal(await readFile(onlyValue(outcome).path, "utf8"), "one");
  assert.equal(await readFile(path.join(local, "../-n"), "utf8"), "one");
});

test("a folder keeps its times when asked to, both ways", async (t) => {
  const { local, remote, into, from } = await makeLabCopies(t);
  await mkdir(path.join(local, "tree/sub"), { recursive: true });
  await writeFile(path.join(local, "tree/sub/a"), "a", { mode: 0o755 });
  for (const name of ["tree/sub/a", "tree/sub"]) {
    await utimes(path.join(local, name), 1_000_000, 1_234_567);
  }
  onlyValue(await into("tree", `${remote}/old`, { times: true, mode: 0o640 }));
  onlyValue(await into("tree", `${remote}/young`));
  const { path: copy } = onlyValue(await from(`${remote}/old`, ".", { times: true }));
  for (const tree of [`${remote}/old`, copy]) {
    assert.equal((await lstat(`${tree}/sub/a`)).mtimeMs, 1_234_567_000);
    assert.equal((await lstat(`${tree}/sub`)).mtimeMs, 1_234_567_000);
    assert.equal(await modeOf(`${tree}/sub/a`), 0o640);
  }
  assert.ok((await lstat(`${remote}/young/sub/a`)).mtimeMs > 1_600_000_000_000);
});

test("what is neither file, folder nor link is left out and named, both ways", async (t) => {
  const { local, remote, into, from } = await makeLabCopies(t);
  for (const folder of [path.join(local, "tree"), `${remote}/tree`]) {
    await mkdir(folder);
    await runCommand("mkfifo", [`${folder}/pipe`]);
    await writeFile(`${folder}/file`, "x");
    await link(`${folder}/file`, `${folder}/same`);
  }
  const there = onlyValue(await into("tree", `${remote}/copy`));
  assert.deepEqual(there.skipped, [path.join(local, "tree/pipe")]);
  const here = onlyValue(await from(`${remote}/tree`, "."));
  assert.deepEqual(here.skipped, ["./pipe"]);
  for (const copy of [there.path, here.path]) {
    assert.deepEqual((await readdir(copy)).sort(), ["file", "same"]);
    assert.equal(await readFile(`${copy}/same`, "utf8"), "x");
  }
});

test("as a stage a copy goes to the hosts that are left", async (t) => {
  const { local, remote, hosts, inEvaluation } = await makeLabCopies(t);
  await writeFile(path.join(local, "a"), "one");
  const outcome = await inEvaluation(async () =>
    run(
      mkdirThere(hosts, `${remote}/new`),
      scpInto("a", `${remote}/new/b`),
      scpFrom(`${remote}/new/b`, "back"),
    ),
  );
  assert.equal(await readFile(onlyValue(outcome).path, "utf8"), "one");
});

test("keys that are exchanged anew in mid-copy cost nothing of it, both ways", async (t) => {
  const { local, remote, into, from } = await makeLabCopies(t, { lines: ["RekeyLimit 2M"] });
  const bytes = randomBytes(20_000_000);
  await writeFile(path.join(local, "big"), bytes);
  onlyValue(await into("big", `${remote}/big`));
  const { path: back } = onlyValue(await from(`${remote}/big`, "."));
  assert.ok(bytes.equals(await readFile(back)));
});
