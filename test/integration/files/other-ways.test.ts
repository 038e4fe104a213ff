// Copies by the other ways to a host: a dropbear that has neither scp nor sftp, the system's ssh, and this machine itself.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { chown, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import type { Auth } from "../../../runtime/describe/hosts/hosts.ts";
import { Hosts, run, scpFrom, scpInto } from "../../../runtime/public.ts";
import { startDropbear } from "../../lab/dropbear.ts";
import { writeSudoers } from "../../lab/sudoers.ts";
import { createLabUser, setLoginShell } from "../../lab/users.ts";
import { until } from "../../support/until.ts";
import { type LabCopies, leftovers, makeLabCopies, onlyFailure, onlyValue } from "./lab-copies.ts";
import { describeTree, makeTree } from "./trees.ts";

/** How a host is reached by this way, and a folder of its own on it. */
type Reached = { host: string; auth: Auth; folder: string };

const WAYS: Readonly<Record<string, (t: TestContext, lab: LabCopies) => Promise<Reached>>> = {
  dropbear: async (t, lab) => {
    const dropbear = await startDropbear(t, lab.publicKeyLine);
    await lab.trust([dropbear]);
    const auth = { ...lab.hosts.auth, port: dropbear.port, user: dropbear.user };
    return { host: dropbear.host, auth, folder: dropbear.home };
  },
  "the system's ssh": async (_t, lab) => ({
    host: lab.sshd.host,
    auth: { ...lab.hosts.auth, transport: "openssh" },
    folder: lab.remote,
  }),
  "this machine": async (_t, lab) => ({
    host: "here",
    auth: { transport: "local" },
    folder: lab.remote,
  }),
};

for (const [name, reach] of Object.entries(WAYS)) {
  test(`${name}: files and folders go there and come back, and a cancelled copy is gone`, async (t) => {
    const lab = await makeLabCopies(t);
    const { host, auth, folder } = await reach(t, lab);
    const hosts = new Hosts(auth, [host]);
    const bytes = randomBytes(5_000_000);
    await writeFile(path.join(lab.local, "file"), bytes);
    await makeTree(path.join(lab.local, "tree"));
    const expected = await describeTree(path.join(lab.local, "tree"));
    const [file, tree] = [path.join(folder, "file"), path.join(folder, "tree")];
    const back = await lab.inEvaluation(async () => {
      onlyValue(await run(scpInto(hosts, "file", file)));
      onlyValue(await run(scpInto(hosts, "tree", tree)));
      onlyValue(await run(scpInto(hosts, "tree", tree)));
      return {
        file: onlyValue(await run(scpFrom(hosts, file, "."))).path,
        tree: onlyValue(await run(scpFrom(hosts, tree, "."))).path,
      };
    });
    assert.ok(bytes.equals(await readFile(back.file)));
    assert.deepEqual(await describeTree(tree), expected);
    assert.deepEqual(await describeTree(back.tree), expected);
    await writeFile(path.join(lab.local, "big"), Buffer.alloc(300_000_000));
    const [copying] = lab.inEvaluation(() => [run(scpInto(hosts, "big", file))] as const);
    await until("it to be on its way", async () => (await leftovers(folder)).length > 0);
    await copying.cancel();
    assert.equal(onlyFailure(await copying).kind, "cancelled");
    assert.deepEqual(await leftovers(folder), []);
    assert.ok(bytes.equals(await readFile(file)));
  });
}

test("a file that root replaces keeps its owner", async (t) => {
  const lab = await makeLabCopies(t);
  await writeFile(path.join(lab.local, "a"), "new");
  await writeFile(`${lab.remote}/a`, "old");
  await chown(`${lab.remote}/a`, 1234, 2345);
  onlyValue(await lab.into("a", `${lab.remote}/a`));
  const { uid, gid } = await stat(`${lab.remote}/a`);
  assert.deepEqual([uid, gid], [1234, 2345]);
});

test("a user of csh, and root through sudo: into a folder that only root may write, and from there", async (t) => {
  const lab = await makeLabCopies(t);
  const user = await createLabUser(t);
  await setLoginShell(user, "tcsh");
  await writeSudoers(t, user.name, ["USER ALL=(ALL:ALL) NOPASSWD: ALL"]);
  const auth = { ...lab.hosts.auth, user: user.name };
  const [plain, asRoot] = [auth, { ...auth, sudo: true }].map(
    (one) => new Hosts(one, lab.hosts.hosts),
  );
  assert.ok(plain && asRoot);
  await mkdir(`${lab.remote}/closed`, { mode: 0o700 });
  const bytes = randomBytes(3_000_000);
  await writeFile(path.join(lab.local, "file"), bytes);
  await makeTree(path.join(lab.local, "tree"));
  const target = `${lab.remote}/closed/file`;
  await lab.inEvaluation(async () => {
    onlyValue(await run(scpInto(plain, "file", `${lab.remote}/open`)));
    const { message, next } = onlyFailure(await run(scpInto(plain, "file", target)));
    assert.match(message, /Permission denied/u);
    assert.match(next, /needs root: sudo\(scpInto\(…\)\), or sudo: true in the Hosts/u);
    onlyValue(await run(scpInto(asRoot, "file", target, { mode: 0o600 })));
    onlyValue(await run(scpInto(asRoot, "tree", `${lab.remote}/closed/tree`)));
    onlyFailure(await run(scpFrom(plain, target, ".")));
    const { path: copy } = onlyValue(await run(scpFrom(asRoot, target, ".")));
    assert.ok(bytes.equals(await readFile(copy)));
  });
  assert.deepEqual(
    await describeTree(`${lab.remote}/closed/tree`),
    await describeTree(path.join(lab.local, "tree")),
  );
  assert.equal((await stat(target)).uid, 0);
});
