// The lab's own promises: real servers that real clients reach, tell apart, and that leave nothing behind.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { userInfo } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { processTree, processesWith } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";
import { createKey } from "./keys.ts";
import { type KnownHost, writeKnownHosts } from "./known-hosts.ts";
import { runCommand } from "./run-command.ts";
import { findRefusedPort, startBannerServer, startSilentServer } from "./silent-server.ts";
import { startSlowLink } from "./slow-link.ts";
import { startSshAgent } from "./ssh-agent.ts";
import { describeSshConfig } from "./ssh-config.ts";
import { startSshHosts } from "./ssh-hosts.ts";
import { startSshd } from "./sshd.ts";

type Client = { folder: string; keyFile: string; knownHostsFile: string; publicKeyLine: string };

async function makeClient(folder: string, known: readonly KnownHost[] = []): Promise<Client> {
  const key = await createKey(path.join(folder, "id_ed25519"));
  const knownHostsFile = path.join(folder, "known_hosts");
  await writeKnownHosts(knownHostsFile, known);
  return { folder, keyFile: key.file, knownHostsFile, publicKeyLine: key.publicKeyLine };
}

function sshWords(client: Client, host: string, port: number): string[] {
  const options = [
    "BatchMode=yes",
    "StrictHostKeyChecking=yes",
    `UserKnownHostsFile=${client.knownHostsFile}`,
    "ConnectTimeout=10",
  ];
  const words = options.flatMap((option) => ["-o", option]);
  return ["-F", "none", "-i", client.keyFile, ...words, "-p", String(port), host];
}

test("a client that knows the host key logs in, runs a command and gets its exit code", async (t) => {
  const client = await makeClient(await temporaryFolder(t));
  const sshd = await startSshd({ authorized: [client.publicKeyLine] });
  t.after(() => sshd.stop());
  await writeKnownHosts(client.knownHostsFile, [{ ...sshd }], { hashed: true });
  const words = sshWords(client, sshd.host, sshd.port);
  assert.equal(await runCommand("ssh", [...words, "id -un"]), `${userInfo().username}\n`);
  const failing = spawn("ssh", [...words, "exit 7"], { stdio: "ignore" });
  assert.deepEqual(await once(failing, "exit"), [7, null]);
  assert.equal(sshd.opened(), 2);
  await until("both connections to be closed", async () => (await sshd.connections()) === 0);
});

test("a client refuses an unknown and a changed host key", async (t) => {
  const client = await makeClient(await temporaryFolder(t));
  const sshd = await startSshd({ authorized: [client.publicKeyLine], hostKeyTypes: ["rsa"] });
  t.after(() => sshd.stop());
  const words = [...sshWords(client, sshd.host, sshd.port), "true"];
  await assert.rejects(runCommand("ssh", words), /Host key verification failed/u);
  const other = await createKey(path.join(client.folder, "other"), "rsa");
  await writeKnownHosts(client.knownHostsFile, [{ ...sshd, publicKeyLine: other.publicKeyLine }]);
  await assert.rejects(runCommand("ssh", words), (error: Error) => {
    return error.message.includes(sshd.hostKeyFingerprint);
  });
});

test("forty hosts on three servers each have their own name and home", async (t) => {
  const client = await makeClient(await temporaryFolder(t));
  const fleet = await startSshHosts(40, { authorized: [client.publicKeyLine], maxSessions: 50 });
  t.after(() => fleet.stop());
  await writeKnownHosts(client.knownHostsFile, fleet.known);
  assert.equal(fleet.servers.length, 3);
  for (const host of [fleet.hosts.at(0), fleet.hosts.at(17), fleet.hosts.at(39)]) {
    assert.ok(host);
    await writeFile(path.join(host.home, "marker"), `I am ${host.address}`);
    const words = sshWords(client, host.address, host.port);
    const out = await runCommand("ssh", [...words, 'cat ~/marker; echo " $RE_OPS_HOST"']);
    assert.equal(out, `I am ${host.address} ${host.name}\n`);
  }
  assert.equal(fleet.servers[1]?.opened(fleet.hosts.at(17)?.address), 1);
  assert.equal(fleet.servers[1]?.opened(), 1);
});

test("stopping ends what was started over the connection, even what left its session", async (t) => {
  const client = await makeClient(await temporaryFolder(t));
  const sshd = await startSshd({ authorized: [client.publicKeyLine] });
  t.after(() => sshd.stop());
  await writeKnownHosts(client.knownHostsFile, [{ ...sshd }]);
  const home = sshd.hosts[0]?.home ?? "";
  // The environment in /proc is empty for a moment while a process becomes another program, so the shell says its own.
  const detach = "setsid nohup sleep 300 >/dev/null 2>&1 & env";
  const words = sshWords(client, sshd.host, sshd.port);
  const environment = await runCommand("ssh", [...words, detach]);
  const mark = environment.split("\n").find((line) => line.startsWith("RE_OPS_LAB="));
  assert.ok(mark);
  await until("what was left to be there", async () => (await processesWith(mark)).length === 1);
  await sshd.stop();
  assert.deepEqual(await processesWith(mark), []);
  assert.equal(existsSync(home), false);
});

test("a frozen server says nothing, and goes on when it is thawed", async (t) => {
  const client = await makeClient(await temporaryFolder(t));
  const sshd = await startSshd({ authorized: [client.publicKeyLine] });
  t.after(() => sshd.stop());
  await writeKnownHosts(client.knownHostsFile, [{ ...sshd }]);
  await sshd.freeze();
  const answer = runCommand("ssh", [...sshWords(client, sshd.host, sshd.port), "echo here"]);
  const first = await Promise.race([
    answer,
    until("a while", () => false, { timeoutMs: 300 }).catch(() => "silence"),
  ]);
  assert.equal(first, "silence");
  await sshd.thaw();
  assert.equal(await answer, "here\n");
});

test("an agent's key opens the door, an alias of ssh_config leads to it", async (t) => {
  const folder = await temporaryFolder(t);
  const client = await makeClient(folder);
  const sshd = await startSshd({
    authorized: [client.publicKeyLine],
    environment: { GREETING: "hello there" },
  });
  t.after(() => sshd.stop());
  await writeKnownHosts(client.knownHostsFile, [{ ...sshd }]);
  const agent = await startSshAgent([client.keyFile]);
  t.after(() => agent.stop());
  const config = path.join(folder, "config");
  const { host, port } = sshd;
  const { knownHostsFile } = client;
  await writeFile(config, describeSshConfig([{ alias: "door", host, port, knownHostsFile }]));
  const out = await runCommand(
    "ssh",
    ["-F", config, "-o", "BatchMode=yes", "door", "echo $GREETING"],
    {
      env: { ...process.env, SSH_AUTH_SOCK: agent.socket },
    },
  );
  assert.equal(out, "hello there\n");
});

test("ForceCommand takes the place of what was asked", async (t) => {
  const client = await makeClient(await temporaryFolder(t));
  const sshd = await startSshd({ authorized: [client.publicKeyLine], forceCommand: "echo forced" });
  t.after(() => sshd.stop());
  await writeKnownHosts(client.knownHostsFile, [{ ...sshd }]);
  const out = await runCommand("ssh", [...sshWords(client, sshd.host, sshd.port), "true"]);
  assert.equal(out, "forced\n");
});

test("silent servers accept; one of them says who it is; a refused port refuses", async (t) => {
  const silent = await startSilentServer();
  const banner = await startBannerServer();
  t.after(() => Promise.all([silent.stop(), banner.stop()]).then(() => {}));
  const quiet = connect(silent.port, silent.host);
  t.after(() => void quiet.destroy());
  await once(quiet, "connect");
  const talking = connect(banner.port, banner.host);
  t.after(() => void talking.destroy());
  const [said] = (await once(talking, "data")) as [Buffer];
  assert.equal(said.toString(), "SSH-2.0-OpenSSH_9.2\r\n");
  assert.equal(quiet.bytesRead, 0);
  const refused = await findRefusedPort();
  await assert.rejects(once(connect(refused.port, refused.host), "connect"), {
    code: "ECONNREFUSED",
  });
  assert.equal((await processTree(process.pid))[0], process.pid);
});

test("a slow link holds every packet back, both ways, and is gone afterwards", async () => {
  const ends: (() => void | Promise<void>)[] = [];
  const link = await startSlowLink({ after: (end) => ends.push(end) }, 20);
  const ping = ["netns", "exec", link.near, "ping", "-q", "-c", "3", "-i", "0.1", link.farAddress];
  const said = await runCommand("ip", ping);
  const fastest = Number(/= ([\d.]+)\//u.exec(said)?.[1]);
  assert.ok(fastest >= 40, said);
  for (const end of ends) await end();
  const left = await runCommand("ip", ["netns", "list"]);
  assert.ok(!left.includes(link.near) && !left.includes(link.far), left);
});
