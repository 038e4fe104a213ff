// What goes wrong with copies: each fault says what, where and why, and leaves the old file and nothing else.
import assert from "node:assert/strict";
import {
  chmod,
  lstat,
  mkdir,
  readFile,
  readdir,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { createLabUser } from "../../lab/users.ts";
import { runCommand } from "../../lab/run-command.ts";
import { Hosts, run, scpFrom, scpInto } from "../../../runtime/public.ts";
import { makeTemporaryFolder, removeFolder } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";
import { type LabCopies, leftovers, makeLabCopies, onlyFailure, onlyValue } from "./lab-copies.ts";

/** A folder that is a disk of its own. */
async function mountDisk(t: TestContext, options: string): Promise<string> {
  const disk = await makeTemporaryFolder();
  await runCommand("mount", ["-t", "tmpfs", "-o", options, "tmpfs", disk]);
  t.after(async () => {
    await runCommand("umount", ["--lazy", disk]);
    await removeFolder(disk);
  });
  return disk;
}

async function fileOf(lab: LabCopies, name: string, bytes: number): Promise<void> {
  await writeFile(path.join(lab.local, name), Buffer.alloc(bytes, "n"));
}

test("a full disk on the host: the old file stays, and nothing else", async (t) => {
  const lab = await makeLabCopies(t);
  const disk = await mountDisk(t, "size=1m,mode=777");
  await writeFile(`${disk}/there`, "old");
  await fileOf(lab, "big", 3_000_000);
  const failure = onlyFailure(await lab.into("big", `${disk}/there`));
  assert.equal(failure.kind, "exited");
  assert.match(failure.message, /No space left on device; .*\/there was not changed$/u);
  assert.equal(failure.next, "make room on that disk of the host");
  assert.equal(await readFile(`${disk}/there`, "utf8"), "old");
  await mkdir(path.join(lab.local, "tree"));
  await fileOf(lab, "tree/big", 3_000_000);
  assert.match(
    onlyFailure(await lab.into("tree", `${disk}/tree`)).message,
    /No space left|Wrote only/u,
  );
  assert.deepEqual(await readdir(disk), ["there"]);
});

test("a full disk on this machine: the old copy stays, and nothing else", async (t) => {
  const lab = await makeLabCopies(t);
  const disk = await mountDisk(t, "size=1m,mode=777");
  await writeFile(`${lab.remote}/it`, "old");
  const { path: copy } = onlyValue(await lab.from(`${lab.remote}/it`, disk));
  await writeFile(`${lab.remote}/it`, Buffer.alloc(3_000_000));
  const failure = onlyFailure(await lab.from(`${lab.remote}/it`, disk));
  assert.equal(failure.kind, "refused");
  assert.match(failure.message, /on this machine: the disk is full$/u);
  assert.equal(await readFile(copy, "utf8"), "old");
  assert.deepEqual(await leftovers(disk), []);
});

test("a disk that can only be read, a folder that may not be written, a name that is too long", async (t) => {
  const lab = await makeLabCopies(t);
  await fileOf(lab, "a", 10);
  const disk = await mountDisk(t, "size=1m,ro");
  const readOnly = onlyFailure(await lab.into("a", `${disk}/a`));
  assert.match(readOnly.message, /Read-only file system; .*\/a was not changed$/u);
  const user = await createLabUser(t);
  const hosts = new Hosts({ ...lab.hosts.auth, user: user.name }, lab.hosts.hosts);
  await mkdir(`${lab.remote}/closed`, { mode: 0o755 });
  const denied = await lab.inEvaluation(async () =>
    run(scpInto(hosts, "a", `${lab.remote}/closed/a`)),
  );
  assert.match(onlyFailure(denied).message, /Permission denied; .*closed\/a was not changed$/u);
  await writeFile(`${lab.remote}/secret`, "x", { mode: 0o600 });
  const unread = await lab.inEvaluation(async () =>
    run(scpFrom(hosts, `${lab.remote}/secret`, ".")),
  );
  assert.match(onlyFailure(unread).message, /secret: Permission denied$/u);
  const name = "n".repeat(256);
  assert.match(onlyFailure(await lab.into("a", `${lab.remote}/${name}`)).message, /too long/iu);
  onlyValue(await lab.into("a", `${lab.remote}/${name.slice(1)}`));
  assert.deepEqual(await leftovers(lab.remote, lab.local), []);
});

test("a place on this machine that takes no folder is said, and not waited for", async (t) => {
  const lab = await makeLabCopies(t);
  await writeFile(`${lab.remote}/it`, "old");
  const failure = onlyFailure(await lab.from(`${lab.remote}/it`, "/proc/re-ops/copies"));
  assert.match(
    failure.message,
    /^cannot make the folder \/proc\/re-ops\/copies\/[^/]+ on this machine: there is no such file or folder$/u,
  );
});

test("a folder where a file was expected, and the other way round", async (t) => {
  const lab = await makeLabCopies(t);
  const { local, remote, into, from } = lab;
  await fileOf(lab, "a", 10);
  await mkdir(path.join(local, "tree/sub"), { recursive: true });
  await fileOf(lab, "tree/file", 10);
  await mkdir(`${remote}/a`);
  assert.match(
    onlyFailure(await into("a", remote)).message,
    /remote\/a is a folder, and a file was expected there$/u,
  );
  await writeFile(`${remote}/file`, "old");
  assert.match(onlyFailure(await into("tree", `${remote}/file`)).message, /file is no folder$/u);
  await mkdir(`${remote}/tree/file`, { recursive: true });
  assert.match(
    onlyFailure(await into("tree", `${remote}/tree`)).message,
    /tree\/file is a folder, and a file was expected there$/u,
  );
  await mkdir(`${remote}/other`);
  await writeFile(`${remote}/other/sub`, "old");
  await writeFile(`${remote}/other/file`, "old");
  assert.match(
    onlyFailure(await into("tree", `${remote}/other`)).message,
    /other\/sub is no folder, and one was expected there$/u,
  );
  assert.equal(await readFile(`${remote}/other/file`, "utf8"), "old");
  const host = path.join(local, "copies", lab.sshd.host);
  await mkdir(path.join(host, "file"), { recursive: true });
  const clash = onlyFailure(await from(`${remote}/file`, "copies"));
  assert.match(clash.message, /is a folder, and a file was expected there; nothing was changed$/u);
  await writeFile(path.join(host, "other"), "old");
  assert.match(onlyFailure(await from(`${remote}/other`, "copies")).message, /is no folder/u);
  assert.match(
    onlyFailure(await from(`${remote}/other`, "tree/file")).message,
    /a file is where a folder/u,
  );
  assert.deepEqual(await leftovers(remote, local), []);
});

test("what is not there, leads nowhere, leads in a circle, or is no file, on either side", async (t) => {
  const lab = await makeLabCopies(t);
  const { local, remote, into, from } = lab;
  await fileOf(lab, "a", 10);
  for (const folder of [local, remote]) {
    await symlink("nowhere/x", path.join(folder, "dangling"));
    await symlink("circle", path.join(folder, "circle"));
    await runCommand("mkfifo", [path.join(folder, "pipe")]);
  }
  const messages = async (...outcomes: Promise<Parameters<typeof onlyFailure>[0]>[]) =>
    (await Promise.all(outcomes)).map((one) =>
      onlyFailure(one).message.replaceAll(remote, "R").replaceAll(local, "L"),
    );
  assert.deepEqual(
    await messages(
      into("none", "x"),
      into("dangling", "x"),
      into("circle", "x"),
      into("pipe", "x"),
    ),
    [
      "cannot read L/none on this machine: there is no such file or folder",
      "cannot read L/dangling on this machine: there is no such file or folder",
      "cannot read L/circle on this machine: its links lead in a circle",
      "L/pipe on this machine is neither a file nor a folder",
    ],
  );
  assert.deepEqual(
    await messages(
      into("a", `${remote}/no/a`),
      into("a", `${remote}/no/`),
      into("a", `${remote}/dangling`),
      into("a", `${remote}/circle`),
      into("a", `${remote}/pipe`),
    ),
    [
      "there is no folder R/no/",
      "there is no folder R/no/",
      "there is no folder R/nowhere/",
      "the link R/circle leads in a circle",
      "R/pipe is no regular file",
    ],
  );
  await mkdir(`${remote}/for all`);
  await chmod(`${remote}/for all`, 0o1777);
  await symlink("../pipe", `${remote}/for all/link`);
  assert.deepEqual(await messages(into("a", `${remote}/for all/link`)), [
    "the link R/for all/link is not followed: everybody may put links into its folder",
  ]);
  assert.deepEqual(
    await messages(
      from(`${remote}/none`, "."),
      from(`${remote}/dangling`, "."),
      from(`${remote}/circle`, "."),
      from(`${remote}/pipe`, "."),
    ),
    [
      "there is no R/none",
      "the link R/dangling leads nowhere",
      "the link R/circle leads nowhere",
      "R/pipe is neither a file nor a folder",
    ],
  );
  assert.equal(lab.sshd.opened(), 1);
  assert.deepEqual(await leftovers(remote, local), []);
});

test("a local file that shrinks or is replaced in mid-copy never arrives", async (t) => {
  const lab = await makeLabCopies(t);
  await writeFile(`${lab.remote}/there`, "old");
  await fileOf(lab, "big", 60_000_000);
  const gone = lab.into("big", `${lab.remote}/there`);
  await until("it to be on its way", async () => (await leftovers(lab.remote)).length > 0);
  await truncate(path.join(lab.local, "big"), 59_999_999);
  const failure = onlyFailure(await gone);
  assert.match(failure.message, /local\/big changed while it was copied$/u);
  assert.equal(failure.kind, "refused");
  assert.equal(await readFile(`${lab.remote}/there`, "utf8"), "old");
  assert.deepEqual(await leftovers(lab.remote), []);
});

test("a remote file that shrinks or vanishes in mid-copy leaves the old copy", async (t) => {
  const lab = await makeLabCopies(t);
  const it = `${lab.remote}/tree`;
  await mkdir(it);
  await writeFile(`${it}/file`, "old");
  const { path: copy } = onlyValue(await lab.from(it, "."));
  const { path: single } = onlyValue(await lab.from(`${it}/file`, "."));
  await writeFile(`${it}/file`, Buffer.alloc(60_000_000));
  for (const [remote, kept] of [
    [it, path.join(copy, "file")],
    [`${it}/file`, single],
  ] as const) {
    await truncate(`${it}/file`, 60_000_000);
    const going = lab.from(remote, ".");
    await until("it to be on its way", async () => (await leftovers(lab.local)).length > 0);
    await truncate(`${it}/file`, 1_000_000);
    assert.match(onlyFailure(await going).message, /changed while it was copied|shrank/u);
    assert.equal(await readFile(kept, "utf8"), "old");
  }
  assert.deepEqual(await leftovers(lab.local), []);
});

test("a copy that is cancelled in the middle is gone from both sides", async (t) => {
  const lab = await makeLabCopies(t);
  await fileOf(lab, "big", 200_000_000);
  await writeFile(`${lab.remote}/big`, Buffer.alloc(200_000_000));
  await mkdir(path.join(lab.local, "tree"));
  await fileOf(lab, "tree/big", 200_000_000);
  for (const make of [
    () => run(scpInto(lab.hosts, "big", `${lab.remote}/there`)),
    () => run(scpInto(lab.hosts, "tree", `${lab.remote}/tree`)),
    () => run(scpFrom(lab.hosts, `${lab.remote}/big`, ".")),
  ]) {
    const copying = lab.inEvaluation(() => [make()] as const)[0];
    await until(
      "it to be on its way",
      async () => (await leftovers(lab.remote, lab.local)).length > 0,
    );
    await copying.cancel();
    const failure = onlyFailure(await copying);
    assert.equal(failure.kind, "cancelled");
    assert.match(failure.message, /its process group is gone/u);
    assert.deepEqual(await leftovers(lab.remote, lab.local), []);
  }
  assert.deepEqual(await readdir(lab.remote), ["big"]);
});

test("what a killed copy left is removed by a later one, but not what another is about to write", async (t) => {
  const lab = await makeLabCopies(t);
  await fileOf(lab, "a", 10);
  const host = path.join(lab.local, "copies", lab.sshd.host);
  await mkdir(host, { recursive: true });
  for (const folder of [lab.remote, host]) {
    for (const [name, date] of [
      ["old", "2 days ago"],
      ["young", "now"],
    ] as const) {
      await mkdir(path.join(folder, `.re-ops-${name}.part/sub`), { recursive: true });
      await runCommand("touch", ["-d", date, path.join(folder, `.re-ops-${name}.part`)]);
    }
  }
  onlyValue(await lab.into("a", `${lab.remote}/a`));
  onlyValue(await lab.from(`${lab.remote}/a`, "copies"));
  for (const folder of [lab.remote, host]) {
    assert.deepEqual((await readdir(folder)).sort(), [".re-ops-young.part", "a"]);
  }
});

test("a step of copies whose local file is missing touches no host, and a mode or path that is none is a mistake", async (t) => {
  const lab = await makeLabCopies(t);
  const failure = onlyFailure(await lab.into("none", "x"));
  assert.equal(failure.kind, "refused");
  assert.equal(lab.sshd.opened(), 0);
  for (const mistake of [
    () => scpInto("a", "b", { mode: 0o1777 }),
    () => scpInto("", "b"),
    () => scpInto("a", "b\0c"),
    () => scpFrom("/", "b"),
    () => scpFrom("/etc/..", "b"),
  ]) {
    assert.throws(mistake, { name: "ProgramError" });
  }
  assert.equal((await lstat(lab.local)).isDirectory(), true);
});
