// The resolver must answer as `ssh -G` does, ask it as seldom as possible, and notice every change of a file.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { countedSsh } from "../../../../../test/lab/counted-ssh.ts";
import {
  type RandomConfigs,
  assertReadAsBySsh,
} from "../../../../../test/lab/random-ssh-configs.ts";
import { temporaryFolder } from "../../../../../test/support/temporary.ts";
import { ConnectionError } from "../../../host-errors.ts";
import type { Environment } from "../../transport.ts";
import { readSettings } from "./settings.ts";
import { createSshConfig } from "./ssh-config.ts";

const PATH = process.env["PATH"] ?? "";

async function configured(folder: string, text: string): Promise<Environment> {
  const file = path.join(folder, "config");
  await writeFile(file, text);
  return { PATH, RE_OPS_SSH_CONFIG: file };
}

const ADDRESSES = Array.from({ length: 100 }, (_, index) => `10.0.0.${index}`);

test("a hundred addresses cost one question, and each keeps its own name", async (t) => {
  const folder = await temporaryFolder(t);
  const ssh = await countedSsh(folder);
  const config = "Host web*\n  HostName %h.example.com\nHost *\n  User someone\n  Port 2222\n";
  const sshConfig = createSshConfig({ ...(await configured(folder, config)), PATH: ssh.PATH });
  const answers = await Promise.all(ADDRESSES.map((alias) => sshConfig.resolve({ alias })));
  assert.deepEqual(
    answers.map(({ settings }) => [settings.hostname, settings.user, settings.port]),
    ADDRESSES.map((address) => [address, "someone", 2222]),
  );
  assert.equal((await ssh.questions()).length, 1);
  const web = await sshConfig.resolve({ alias: "web1" });
  assert.equal(web.settings.hostname, "web1.example.com");
  await sshConfig.resolve({ alias: "web1" });
  assert.equal((await ssh.questions()).length, 2);
});

test("names that lead to addresses and are alike otherwise cost one question together", async (t) => {
  const folder = await temporaryFolder(t);
  const ssh = await countedSsh(folder);
  const blocks = ADDRESSES.map((address, index) => `Host web${index}\n  HostName ${address}\n`);
  const config = `${blocks.join("")}Host web*\n  User someone\n`;
  const sshConfig = createSshConfig({ ...(await configured(folder, config)), PATH: ssh.PATH });
  const answers = await Promise.all(
    ADDRESSES.map((_address, index) => sshConfig.resolve({ alias: `web${index}` })),
  );
  assert.deepEqual(
    answers.map(({ settings }) => `${settings.user}@${settings.hostname}`),
    ADDRESSES.map((address) => `someone@${address}`),
  );
  assert.equal((await ssh.questions()).length, 1);
});

test("a change of the file, or of one that it includes, is noticed at the next question", async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(path.join(folder, "more"));
  const environment = await configured(folder, `Include ${folder}/more/*.conf\nHost *\n  Port 1\n`);
  const sshConfig = createSshConfig(environment);
  const portOf = async () => (await sshConfig.resolve({ alias: "box" })).settings.port;
  assert.equal(await portOf(), 1);
  await writeFile(path.join(folder, "more", "a.conf"), "Port 22\n");
  assert.equal(await portOf(), 22);
  await writeFile(path.join(folder, "more", "a.conf"), "Host box\n Port 333\n");
  assert.equal(await portOf(), 333);
  await configured(folder, "Host *\n  Port 4444\n");
  assert.equal(await portOf(), 4444);
});

test("without ssh the files are read all the same, and the answer says so", async (t) => {
  const folder = await temporaryFolder(t);
  const sshConfig = createSshConfig({ ...(await configured(folder, "Port 9\n")), PATH: folder });
  const { settings, note } = await sshConfig.resolve({ alias: "Box", user: "me" });
  assert.deepEqual([settings.hostname, settings.user, settings.port], ["box", "me", 9]);
  assert.match(note ?? "", /there is none on PATH/u);
});

test("an ssh that cannot be started is this machine's fault, not the name's", async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(path.join(folder, "ssh"), "", { mode: 0o644 });
  const sshConfig = createSshConfig({ PATH: folder, HOME: folder });
  await assert.rejects(sshConfig.resolve({ alias: "box" }), (error: ConnectionError) => {
    assert.match(error.message, /^cannot start ssh -G \(box\): .*EACCES/u);
    assert.match(error.next, /^look at its permissions/u);
    return error.kind === "refused";
  });
});

test("an ssh for which this machine has no room is told in the same way", async (t) => {
  const folder = await temporaryFolder(t);
  const tooMuch = { ...(await configured(folder, "")), TOO_MUCH: "x".repeat(200_000) };
  const { resolve } = createSshConfig(tooMuch);
  await assert.rejects(resolve({ alias: "box" }), (error: ConnectionError) => {
    assert.match(error.message, /^cannot start ssh -G \(box\): .*E2BIG/u);
    assert.match(error.next, /^look at the limits/u);
    return error.kind === "refused";
  });
});

test("a mistake in the file, and a name that ssh refuses, are refused with ssh's own words", async (t) => {
  const folder = await temporaryFolder(t);
  const broken = createSshConfig(await configured(folder, "Prot 22\n"));
  await assert.rejects(broken.resolve({ alias: "box" }), (error: ConnectionError) => {
    assert.ok(error instanceof ConnectionError);
    assert.match(error.message, /terminating, 1 bad configuration options/u);
    return error.kind === "refused";
  });
  await configured(folder, "Port 23\n");
  assert.equal((await broken.resolve({ alias: "box" })).settings.port, 23);
  for (const alias of ["-oProxyCommand=touch /tmp/never", "a b", "$(id)", "x;y"]) {
    await assert.rejects(broken.resolve({ alias }), /invalid characters/u, alias);
  }
});

const CONFIGS: RandomConfigs = {
  names: [
    "web1",
    "web2",
    "db.example.com",
    "10.0.0.7",
    "10.0.0.8",
    "Web1",
    "::1",
    "bob@web1",
    "jump",
  ],
  namesPerFile: { minLength: 2, maxLength: 5 },
  users: [undefined, "alice", "bob"],
  patterns: ["*", "web*", "web?", "!web1", "10.*", "*.example.com", "Web1", "::1", "d*,web1"],
  lines: [
    "HostName %h.example.org",
    "HostName 192.0.2.1",
    "HostName=DB.Example.net",
    "hostname 10.9.9.9 # first",
    "User alice",
    "Port=2201",
    "  port 2202",
    "IdentityFile ~/.ssh/%h",
    "UserKnownHostsFile ~/.ssh/known.%k /tmp/other",
    "HostKeyAlias shared",
    "ProxyJump jump",
    "ProxyJump alice@Web1:2222,db.example.com",
    "ProxyJump none",
    "Match all",
    "Match final all",
    "Match user alice",
    "Match host web1",
    "IdentitiesOnly yes",
    "# a comment",
    "",
  ],
  numRuns: 60,
};

test("random files: every name gets exactly the answer of ssh -G", async (t) => {
  await assertReadAsBySsh(
    t,
    CONFIGS,
    (file) => {
      const sshConfig = createSshConfig({ PATH, RE_OPS_SSH_CONFIG: file });
      return async (alias, user) => (await sshConfig.resolve({ alias, user })).settings;
    },
    (printed) => readSettings(printed).data,
  );
});
