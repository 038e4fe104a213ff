// The demo fleet is met as any host is: by OpenSSH's client and by the ssh2 client, host keys verified.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import ssh2, { type ClientChannel } from "ssh2";
import { type DemoFleet, startDemoFleet } from "../../scripts/demo-fleet/fleet.ts";
import { createKey } from "../lab/keys.ts";
import { isRunning } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";

async function startFleet(t: TestContext): Promise<DemoFleet> {
  const fleet = await startDemoFleet();
  t.after(fleet.stop);
  return fleet;
}

async function ssh(words: readonly string[], input = "") {
  const child = spawn("ssh", ["-o", "BatchMode=yes", ...words], { stdio: "pipe" });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  child.stdin.on("error", () => {}); // The command need not read what it is given.
  child.stdin.end(input);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, out, err };
}

async function connect(t: TestContext, fleet: DemoFleet): Promise<ssh2.Client> {
  const [host] = fleet.hosts;
  const client = new ssh2.Client();
  t.after(() => void client.end());
  const privateKey = await readFile(path.join(path.dirname(fleet.configFile), "id_ed25519"));
  const { username } = userInfo();
  client.connect({ host: "127.0.0.1", port: host?.port ?? 0, username, privateKey });
  await once(client, "ready");
  return client;
}

function exec(client: ssh2.Client, command: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) reject(error);
      else resolve(channel);
    });
  });
}

test("each host has its own home; the shell is the system's", async (t) => {
  const fleet = await startFleet(t);
  for (const { name, home } of fleet.hosts) {
    const command = 'cat hello.txt; pwd; echo "$RE_OPS_HOST" | tr a-z A-Z; ls / | wc -l';
    const { code, out } = await ssh(["-F", fleet.configFile, name, command]);
    const [hello, folder, shouted, count] = out.split("\n");
    assert.deepEqual(
      [code, hello, folder, shouted],
      [0, `This is ${name}.`, home, name.toUpperCase()],
    );
    assert.ok(Number(count) > 3);
  }
});

test("exit codes, both outputs, standard input and a big answer pass as they are", async (t) => {
  const fleet = await startFleet(t);
  const on = ["-F", fleet.configFile, "demo-2"];
  assert.deepEqual(await ssh([...on, "echo out; echo err >&2; exit 3"]), {
    code: 3,
    out: "out\n",
    err: "err\n",
  });
  const text = "tëxt with 'quotes' and $(dollars)\n".repeat(20_000);
  assert.deepEqual(await ssh([...on, "cat"], text), { code: 0, out: text, err: "" });
  assert.equal((await ssh([...on, "no-such-command-here"])).code, 127);
  const script = await ssh(["-T", ...on], "echo from a script\nexit 4\n");
  assert.deepEqual([script.code, script.out], [4, "from a script\n"]);
});

test("a signal arrives at the group, and its name comes back", async (t) => {
  const client = await connect(t, await startFleet(t));
  const channel = await exec(client, "sleep 300 & echo $!; wait");
  const [first] = (await once(channel, "data")) as [Buffer];
  const exited = once(channel, "exit");
  channel.signal("TERM");
  assert.deepEqual((await exited).slice(0, 2), [null, "SIGTERM"]);
  await until("the sleep to be gone", async () => !(await isRunning(Number(first.toString()))));
});

test("what still runs ends with its connection, and with the fleet", async (t) => {
  const fleet = await startFleet(t);
  const client = await connect(t, fleet);
  const channel = await exec(client, "sleep 300 & echo $!; wait");
  const [first] = (await once(channel, "data")) as [Buffer];
  client.end();
  await until("the sleep to be gone", async () => !(await isRunning(Number(first.toString()))));
  const left = await ssh([
    "-F",
    fleet.configFile,
    "demo-1",
    "setsid sleep 300 >/dev/null 2>&1 & echo $!",
  ]);
  assert.equal(await isRunning(Number(left.out)), true);
  await fleet.stop();
  await until("what was left to be gone", async () => !(await isRunning(Number(left.out))));
  assert.equal(existsSync(path.dirname(fleet.configFile)), false);
});

test("another key, another user and another host key are refused", async (t) => {
  const fleet = await startFleet(t);
  const folder = await temporaryFolder(t);
  const other = await createKey(path.join(folder, "other"));
  const config = await readFile(fleet.configFile, "utf8");
  const file = path.join(folder, "config");
  await writeFile(file, config.replaceAll(/IdentityFile .*/gu, `IdentityFile ${other.file}`));
  assert.match((await ssh(["-F", file, "demo-1", "true"])).err, /Permission denied \(publickey\)/u);
  assert.match(
    (await ssh(["-F", fleet.configFile, "-l", "nobody", "demo-1", "true"])).err,
    /denied/u,
  );
  const known = path.join(folder, "known_hosts");
  await writeFile(known, "");
  await writeFile(
    file,
    config.replaceAll(/UserKnownHostsFile .*/gu, `UserKnownHostsFile ${known}`),
  );
  assert.match((await ssh(["-F", file, "demo-1", "true"])).err, /Host key verification failed/u);
});
