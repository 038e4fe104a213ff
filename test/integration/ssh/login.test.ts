// Who we are: keys that were named, keys of ssh_config, of the agent, the default ones, and what is said when none fits.
import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { type Clock, systemClock } from "../../../runtime/engine/waiting/clock.ts";
import { createKey } from "../../lab/keys.ts";
import { runCommand } from "../../lab/run-command.ts";
import { startSilentAgent, startSshAgent } from "../../lab/ssh-agent.ts";
import { type SshdOptions, startSshd } from "../../lab/sshd.ts";
import { until } from "../../support/until.ts";
import { type LabReach, makeLabReach } from "./lab-reach.ts";

const OK = { kind: "exited", code: 0 };

async function startHost(t: TestContext, lab: LabReach, options: SshdOptions) {
  const sshd = await startSshd(options);
  t.after(() => sshd.stop());
  await lab.trust([sshd]);
  return sshd;
}

async function refusalOf(lab: LabReach, host: string, options: Parameters<LabReach["run"]>[2]) {
  const { end } = await lab.run(host, "true", options);
  assert.equal(end.kind, "refused", JSON.stringify(end));
  assert.ok("message" in end);
  return end;
}

function offeredKeys(log: string): number {
  return [...log.matchAll(/^(?:Failed|Postponed|Accepted) publickey/gmu)].length;
}

test("an agent's key opens the door, whatever its type", async (t) => {
  for (const type of ["ed25519", "rsa", "ecdsa"] as const) {
    const keys = await makeLabReach(t);
    const key = await createKey(path.join(keys.folder, `agent-${type}`), type, "secret");
    const unlocked = await createKey(path.join(keys.folder, `other-${type}`), type);
    const agent = await startSshAgent([unlocked.file]);
    t.after(() => agent.stop());
    const lab = await makeLabReach(t, { SSH_AUTH_SOCK: agent.socket });
    const sshd = await startHost(t, lab, { authorized: [unlocked.publicKeyLine] });
    assert.deepEqual(
      (await lab.run(sshd.host, "true", { auth: { port: sshd.port } })).end,
      OK,
      type,
    );
    const named = { port: sshd.port, sshKey: key.file };
    assert.deepEqual((await lab.run(sshd.host, "true", { auth: named })).end, OK);
  }
});

test("a locked key that the agent holds is offered through the agent", async (t) => {
  const keys = await makeLabReach(t);
  const agent = await startSshAgent([keys.key.file]);
  t.after(() => agent.stop());
  const lab = await makeLabReach(t, { SSH_AUTH_SOCK: agent.socket });
  const sshd = await startHost(t, lab, { authorized: [keys.key.publicKeyLine] });
  const publicOnly = { port: sshd.port, sshKey: `${keys.key.file}.pub` };
  await lab.configure("Host *\n  IdentitiesOnly yes\n");
  assert.deepEqual((await lab.run(sshd.host, "true", { auth: publicOnly })).end, OK);
  await runCommand("ssh-keygen", ["-q", "-p", "-N", "secret", "-f", keys.key.file]);
  const second = await startHost(t, lab, { authorized: [keys.key.publicKeyLine] });
  const locked = { port: second.port, sshKey: keys.key.file };
  assert.deepEqual((await lab.run(second.host, "true", { auth: locked })).end, OK);
});

test("a locked key that nobody holds is refused with the command that unlocks it", async (t) => {
  const lab = await makeLabReach(t);
  const key = await createKey(path.join(lab.folder, "locked"), "ed25519", "secret");
  const sshd = await startHost(t, lab, { authorized: [key.publicKeyLine] });
  const auth = { user: "root", port: sshd.port, sshKey: "~/locked" };
  const { message, next } = await refusalOf(lab, sshd.host, { auth });
  assert.equal(
    message,
    `needs an answer (root@127.0.0.1:${sshd.port}): ${key.file} needs a passphrase, and nobody is there to be asked; the host takes publickey`,
  );
  assert.equal(
    next,
    `open this project in VS Code, or run it in a terminal, to be asked for it; or put the key into your ssh-agent: ssh-add ${key.file}`,
  );
});

test("user, port, key and name come from an alias of ssh_config, also after it has changed", async (t) => {
  const lab = await makeLabReach(t);
  const sshd = await startHost(t, lab, { authorized: [lab.key.publicKeyLine] });
  const describe = (user: string) =>
    lab.configure(
      `Host box\n  HostName ${sshd.host}\n  Port ${sshd.port}\n  User ${user}\n  IdentityFile ~/%n-%r\n`,
    );
  await describe("nobody-here");
  const refused = await refusalOf(lab, "box", {});
  assert.match(
    refused.message,
    /nobody-here@127\.0\.0\.1:\d+\): \/.+\/box-nobody-here does not exist/u,
  );
  await createKey(path.join(lab.folder, "box-root"));
  const key = await readFile(path.join(lab.folder, "box-root.pub"), "utf8");
  const other = await startHost(t, lab, { authorized: [key] });
  await lab.configure(
    `Host box\n  HostName ${other.host}\n  Port ${other.port}\n  User root\n  IdentityFile ~/%n-%r\n`,
  );
  assert.equal((await lab.run("box", "id -un")).out, "root\n");
  const overruled = { auth: { user: "nobody-here" } };
  assert.match((await refusalOf(lab, "box", overruled)).message, /nobody-here@/u);
});

test("the default keys are tried when nobody chose one, and not when somebody did", async (t) => {
  const lab = await makeLabReach(t);
  await mkdir(path.join(lab.folder, ".ssh"));
  const key = await createKey(path.join(lab.folder, ".ssh", "id_ed25519"));
  const sshd = await startHost(t, lab, { authorized: [key.publicKeyLine] });
  assert.deepEqual((await lab.run(sshd.host, "true", { auth: { port: sshd.port } })).end, OK);
  const chosen = { auth: { port: sshd.port, sshKey: lab.key.file } };
  const { message } = await refusalOf(lab, sshd.host, chosen);
  assert.match(message, /: \/.+\/key is not accepted; the host takes publickey$/u);
});

test("a named key is the first that the host sees, and the agent is spared", async (t) => {
  const keys = await makeLabReach(t);
  const many = [];
  for (const name of ["a", "b", "c", "d", "e", "f", "g"]) {
    many.push((await createKey(path.join(keys.folder, name))).file);
  }
  const agent = await startSshAgent(many);
  t.after(() => agent.stop());
  const lab = await makeLabReach(t, { SSH_AUTH_SOCK: agent.socket });
  const sshd = await startHost(t, lab, { authorized: [lab.key.publicKeyLine] });
  const auth = { port: sshd.port, sshKey: lab.key.file };
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, OK);
  assert.equal(offeredKeys(sshd.log()), 2, "one question whether the key is welcome, one login");
  const wrong = { port: sshd.port, sshKey: many[0] ?? "" };
  const tooMany = await refusalOf(lab, sshd.host, { auth: wrong });
  assert.match(tooMany.message, /Too many authentication failures/u);
  assert.match(tooMany.next, /sshKey/u);
  await lab.configure("Host *\n  IdentitiesOnly yes\n");
  assert.match(
    (await refusalOf(lab, sshd.host, { auth: wrong })).message,
    /: \/.+\/a is not accepted; the host takes/u,
  );
});

test("no key at all, an agent that is gone, and a host that wants a password are each told", async (t) => {
  const lab = await makeLabReach(t, { SSH_AUTH_SOCK: "/nowhere/agent" });
  const sshd = await startHost(t, lab, {});
  const gone = await refusalOf(lab, sshd.host, { auth: { port: sshd.port } });
  assert.match(gone.message, /: the ssh-agent does not answer: [^;]+; the host takes publickey$/u);
  const noAgent = await makeLabReach(t);
  await noAgent.trust([sshd]);
  const none = await refusalOf(noAgent, sshd.host, { auth: { port: sshd.port } });
  assert.match(none.message, /: there is none to offer; the host takes publickey$/u);
  assert.match(none.next, /^put your key on the host \(ssh-copy-id .+\)/u);
  const asking = await startHost(t, noAgent, {
    lines: ["Match all", "PubkeyAuthentication no", "PasswordAuthentication yes"],
  });
  const password = await refusalOf(noAgent, asking.host, {
    auth: { port: asking.port, sshKey: noAgent.key.file },
  });
  assert.match(
    password.message,
    /^needs an answer: the password \(root@127\.0\.0\.1:\d+\), and nobody is there to be asked; \/.+\/key is not accepted$/u,
  );
  assert.match(password.next, /^open this project in VS Code/u);
});

test("an agent that accepts and says nothing is asked once, keeps no host waiting for long, and is told", async (t) => {
  const agent = await startSilentAgent(t);
  const quick: Clock = {
    ...systemClock,
    // The wait for an answer that will not come.
    after: (ms, callback) => systemClock.after(ms === 250 ? 2 : ms, callback),
  };
  const lab = await makeLabReach(t, { SSH_AUTH_SOCK: agent.socket }, quick);
  const refusing = await startHost(t, lab, {});
  const silent = /: the ssh-agent does not answer: it has said nothing for 5 s; the host takes/u;
  const { message } = await refusalOf(lab, refusing.host, { auth: { port: refusing.port } });
  assert.match(message, silent);
  await mkdir(path.join(lab.folder, ".ssh"));
  const key = await createKey(path.join(lab.folder, ".ssh", "id_ed25519"));
  const sshd = await startHost(t, lab, { authorized: [key.publicKeyLine] });
  assert.deepEqual((await lab.run(sshd.host, "true", { auth: { port: sshd.port } })).end, OK);
  await until("the agent to be let go", () => agent.openConnections() === 0);
  assert.equal(agent.opened(), 1);
});

test("a host that wants more than one key says so, and gets both when they are there", async (t) => {
  const lab = await makeLabReach(t);
  const second = await createKey(path.join(lab.folder, "second"));
  const sshd = await startHost(t, lab, {
    authorized: [lab.key.publicKeyLine, second.publicKeyLine],
    lines: ["AuthenticationMethods publickey,publickey"],
  });
  const auth = { port: sshd.port, sshKey: lab.key.file };
  const { message } = await refusalOf(lab, sshd.host, { auth });
  assert.match(message, /: \/.+\/key is accepted, but not enough; the host takes publickey$/u);
  await lab.configure(`Host *\n  IdentityFile ${second.file}\n`);
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, OK);
});

test("a new environment brings its own agent", async (t) => {
  const lab = await makeLabReach(t);
  const agent = await startSshAgent([lab.key.file]);
  t.after(() => agent.stop());
  const sshd = await startHost(t, lab, { authorized: [lab.key.publicKeyLine] });
  const auth = { port: sshd.port };
  await refusalOf(lab, sshd.host, { auth });
  lab.reach.setEnvironment({ ...lab.environment, SSH_AUTH_SOCK: agent.socket });
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, OK);
});

test("a new environment brings its own agent, also to a host whose connection died", async (t) => {
  const keys = await makeLabReach(t);
  const before = await startSshAgent([keys.key.file]);
  t.after(() => before.stop());
  const lab = await makeLabReach(t, { SSH_AUTH_SOCK: before.socket });
  const options = { authorized: [keys.key.publicKeyLine] };
  const sshd = await startHost(t, lab, options);
  const run = async () => (await lab.run(sshd.host, "true", { auth: { port: sshd.port } })).end;
  assert.deepEqual(await run(), OK);
  await sshd.kill();
  await before.stop();
  const after = await startSshAgent([keys.key.file]);
  t.after(() => after.stop());
  lab.reach.setEnvironment({ ...lab.environment, SSH_AUTH_SOCK: after.socket });
  await startHost(t, lab, { ...options, port: sshd.port, hostKeys: sshd.hostKeys });
  assert.deepEqual(await run(), OK);
});
