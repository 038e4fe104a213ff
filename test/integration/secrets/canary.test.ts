// Secrets planted in a login, a key, sudo, an argument, a variable and a file: after steps of every end and two crashes they stand nowhere.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { openSync, readSync, closeSync, readFileSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import type { ServerConnection } from "re-ops/client";
import {
  askSecret,
  type GivenSecret,
  cancelRun,
  getStatus,
  listRuns,
  readOutput,
  type RunDetail,
} from "re-ops/protocol";
import { createKey } from "../../lab/keys.ts";
import { writeKnownHosts } from "../../lab/known-hosts.ts";
import { startSampler } from "../../lab/process-sampler.ts";
import { startSshd } from "../../lab/sshd.ts";
import { writeSudoers } from "../../lab/sudoers.ts";
import { createLabUser } from "../../lab/users.ts";
import { killAll } from "../../support/processes.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";
import { evaluateIn } from "../server/evaluating.ts";
import { openLanguage } from "../server/language-client.ts";
import { makeProject } from "../server/project.ts";
import { startRelay } from "./recording-relay.ts";

const plant = (name: string) => `${name}-${randomBytes(9).toString("hex")} 'ß"%`;

/** What must be nowhere: as it is, and in the forms that programs make of it. */
function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const inside = Buffer.concat([Buffer.from("u:"), bytes]).toString("base64");
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    bytes.toString("base64").slice(0, -4),
    inside.slice(4, -4),
    bytes.toString("hex"),
    encodeURIComponent(value),
    coreOf(value),
  ];
}

/** The part that no quoting changes. */
function coreOf(value: string): string {
  return value.split(" ").find((word) => word.length > 10) ?? value;
}

test("planted secrets stand nowhere but where they were put", { timeout: 120_000 }, async (t) => {
  const canary = await plantAll(t);
  const { project, relay, window, planted } = canary;
  const language = await openLanguage(window);
  const uri = `file://${project.folder}/a.ts`;
  language.show(uri, canary.program);
  const sampler = await startSampler(
    t,
    Object.values(planted).map(coreOf),
    `RE_OPS_TEST=${canary.mark}`,
  );
  const told: unknown[] = [];

  for (const form of ["succeed()", "tell()", "traceAll()", "late()", "other()", "byKey()"]) {
    told.push(await evaluateIn(project, window, canary.program, form));
  }
  const cancelled = evaluateIn(project, window, canary.program, "wait()");
  const waiting = await untilPrinted(window, "waiting");
  told.push(await window.runtime.request(cancelRun, { runId: waiting }), await cancelled);
  const runs = await window.runtime.request(listRuns, { limit: 20 });
  assert.deepEqual(runs.runs.map(({ hosts }) => hosts[0]?.state).toReversed(), [
    "success",
    "exited",
    "success",
    "timedOut",
    "success",
    "success",
    "cancelled",
  ]);
  told.push(runs, ...(await allOutput(window, runs.runs)));
  assert.match(JSON.stringify(told), /‹secret argument›/u);
  assert.ok(relay.fromServer().includes("127.0.0.1: ‹secret argument›"), "a summary with output");
  const livePid = (await window.runtime.request(getStatus, {})).live.pid;
  assert.ok(livePid);
  const { variable: inherited, ...others } = planted;
  assert.ok(memoryHolds(livePid, [inherited]).length === 1, "memory can be looked at");
  assert.deepEqual(memoryHolds(livePid, Object.values(others)), []);

  // The live process dies in the middle of a step, then the server.
  const broken = evaluateIn(project, window, canary.program, "dieWith()");
  told.push(await broken.catch(String));
  const [died] = (await window.runtime.request(listRuns, { limit: 1 })).runs;
  const lost = evaluateIn(project, window, canary.program, "wait()").catch(String);
  await untilPrinted(window, "waiting", died?.header.id);
  process.kill(window.hello.pid, "SIGKILL");
  told.push(await lost);
  await window.closed;
  const next = await project.connect({ environment: canary.environment });
  const after = await next.runtime.request(listRuns, { limit: 20 });
  told.push(after, ...(await allOutput(next, after.runs)));
  await killAll(await canary.leftOnHost());

  const sightings = await sampler.stop();
  assert.ok(sampler.rounds() > 20, `looked ${sampler.rounds()} times`);
  assert.deepEqual(sightings, []);
  const places = {
    "results, errors, lists and output": Buffer.from(JSON.stringify(told)),
    "what the server sent to windows": relay.fromServer(),
    ...(await filesIn(project.stateFolder)),
    ...(await filesIn(project.folder)),
  };
  for (const [place, bytes] of Object.entries(places)) {
    for (const [name, value] of Object.entries(planted)) {
      for (const form of formsOf(value)) {
        assert.ok(!bytes.includes(form), `${name} stands in ${place} as ${form}`);
      }
    }
  }
  assert.ok(relay.toServer().includes(JSON.stringify(planted.argument).slice(1, -1)));
});

test("the sampler sees a secret that a step puts into an argument or an environment itself", async (t) => {
  const canary = await plantAll(t);
  const { project, window, planted } = canary;
  const sampler = await startSampler(t, [coreOf(planted.argument)], `RE_OPS_TEST=${canary.mark}`);
  const careless = evaluateIn(project, window, canary.program, "careless()");
  await until(
    "both to be seen",
    () => new Set(sampler.seen().map(({ where }) => where)).size === 2,
  );
  await writeFile(path.join(canary.home, "seen"), "");
  await careless;
  await sampler.stop();
});

/** A host, a project, a window that answers, and a program that uses it all. */
async function plantAll(t: TestContext) {
  const folder = await temporaryFolder(t);
  const passphrase = plant("passphrase");
  const key = await createKey(path.join(folder, "key"), "ed25519", passphrase);
  const sshd = await startSshd({
    authorized: [key.publicKeyLine],
    lines: ["Match all", "PasswordAuthentication yes"],
  });
  const known = path.join(folder, "known_hosts");
  await writeKnownHosts(known, [sshd]);
  const config = path.join(folder, "config");
  const lines = ["Host *", `UserKnownHostsFile ${known}`, "GlobalKnownHostsFile none"];
  await writeFile(config, lines.join("\n  "));
  t.after(() => sshd.stop());
  const user = await createLabUser(t);
  await writeSudoers(t, user.name, ["USER ALL=(ALL) ALL"]);
  const planted = {
    password: user.password,
    passphrase,
    argument: plant("argument"),
    variable: plant("variable"),
    file: plant("file"),
  };
  await writeFile(path.join(folder, "file"), planted.file);
  await writeFile(path.join(folder, "sudo"), planted.password);
  const program = describeProgram({ user: user.name, port: sshd.port, key: key.file, folder });
  const project = await makeProject(t, { "a.ts": program });
  const environment = {
    ...project.environment,
    RE_OPS_SSH_CONFIG: config,
    PLANTED: planted.variable,
  };
  const first = await project.connect({ environment });
  await evaluateIn(project, first, "1;\n", "1");
  const relay = await startRelay(t, project);
  const window = await relay.connect({ environment });
  const answers: Readonly<Record<string, string>> = {
    argument: planted.argument,
    login: planted.password,
    [key.file]: planted.passphrase,
  };
  window.runtime.onRequest(askSecret, ({ prompt = "" }): GivenSecret => {
    const value = answers[prompt];
    return value === undefined ? { kind: "declined" } : { kind: "answered", value };
  });
  const mark = project.environment["RE_OPS_TEST"] ?? "";
  const leftOnHost = async () => {
    const names = await readdir("/proc");
    const pids = names.filter((name) => /^\d+$/u.test(name)).map(Number);
    return pids.filter((pid) => cmdlineOf(pid).includes(`sleep\0${SLEEP}`));
  };
  const home = sshd.hosts[0]?.home ?? "";
  return { project, relay, window, planted, program, environment, mark, home, leftOnHost };
}

const SLEEP = String(1000 + Math.floor(Math.random() * 1_000_000));

function describeProgram(at: { user: string; port: number; key: string; folder: string }): string {
  const where = `user: ${JSON.stringify(at.user)}, port: ${at.port}`;
  return `import { exec, Hosts, limit, operation, pretty, run, secret, sh, sudo } from "re-ops";

const hosts = new Hosts({ ${where}, password: secret("login"), sshKey: "/nowhere" }, ["127.0.0.1"]);
const keyed = new Hosts({ ${where}, sshKey: ${JSON.stringify(at.key)} }, ["127.0.0.1"]);
const argument = secret("argument");
const variable = secret("variable", { env: "PLANTED" });
const file = secret("file", { file: ${JSON.stringify(path.join(at.folder, "file"))} });
const password = secret("sudo", { file: ${JSON.stringify(path.join(at.folder, "sudo"))} });

const use = operation("use", (one) => sh\`printf %s \${one} | { cat >/dev/null; sleep 0.3; }\`);
const print = operation("print", (one) => sh\`printf '%s\\n' \${one}; printf %s \${one} | base64 -w0; printf 'u:%s' \${one} | base64; printf %s \${one} | od -An -v -tx1 | tr -d ' \\n'; printf '%s\\n' \${one} >&2; exit 3\`);
const trace = operation("trace", (one) => sh\`set -x; printf '%s\\n' \${one}; set; env; ps -ef; sleep 0.2\`);
const hold = operation("hold", (one) => sh\`printf '%s\\n' \${one}; echo waiting; sleep ${SLEEP}\`);
const leak = operation("leak", (one) => sh\`printf %s \${one} | { v=$(cat); export v; sh -c 'until [ -e ~/seen ]; do sleep 0.1; done' "$v"; }\`);

const succeed = () => run(use(hosts, argument), use(file), use(variable));
const tell = () => run(print(hosts, argument), pretty({ output: true }));
const traceAll = () => run(trace(hosts, argument), trace(variable), trace(file));
const late = () => run(limit({ stepTimeoutMs: 500 }, hold(hosts, argument)));
const other = () => run(sudo(use(hosts, file), { password }), sudo(exec("id -u; sleep 0.3"), { password }));
const byKey = () => run(exec(keyed, "sleep 0.3"));
const wait = () => run(hold(hosts, argument));
const careless = () => run(leak(hosts, argument));
async function dieWith() {
  void run(hold(hosts, argument));
  await new Promise((go) => setTimeout(go, 300));
  process.kill(process.pid, "SIGKILL");
}

succeed();
tell();
traceAll();
late();
other();
byKey();
wait();
careless();
dieWith();
`;
}

/** The newest run, once it is another than `before`. */
async function untilPrinted(
  window: ServerConnection,
  text: string,
  before?: string,
): Promise<string> {
  return until("the step to print", async () => {
    const { runs } = await window.runtime.request(listRuns, { limit: 1 });
    const [newest] = runs;
    if (newest?.header.state !== "running" || newest.header.id === before) return undefined;
    const output = await outputOf(window, newest);
    return JSON.stringify(output).includes(text) ? newest.header.id : undefined;
  });
}

function allOutput(window: ServerConnection, runs: readonly RunDetail[]): Promise<unknown[]> {
  return Promise.all(runs.map((run) => outputOf(window, run)));
}

async function outputOf(window: ServerConnection, { header, hosts }: RunDetail): Promise<unknown> {
  const host = hosts[0]?.host ?? "127.0.0.1";
  return window.runtime.request(readOutput, { runId: header.id, host });
}

async function filesIn(folder: string): Promise<Record<string, Buffer>> {
  const found: Record<string, Buffer> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const bytes = entry.isFile() ? await readIfThere(file) : undefined;
    if (bytes !== undefined) found[file] = bytes;
  }
  return found;
}

/** A server that has just begun renames what it writes. */
async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function cmdlineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return ""; // It ended between two looks.
  }
}

/** Which of these texts stand anywhere in the memory of a process. */
function memoryHolds(pid: number, texts: readonly string[]): string[] {
  const held = new Set<string>();
  const memory = openSync(`/proc/${pid}/mem`, "r");
  for (const line of readFileSync(`/proc/${pid}/maps`, "utf8").split("\n")) {
    const [, from = "", to = ""] = /^([\da-f]+)-([\da-f]+) rw/u.exec(line) ?? [];
    const size = parseInt(to, 16) - parseInt(from, 16);
    if (!(size > 0 && size < 2 ** 30)) continue;
    const bytes = readMemory(memory, BigInt(`0x${from}`), size);
    for (const text of texts) if (bytes.includes(text)) held.add(text);
  }
  closeSync(memory);
  return [...held];
}

function readMemory(memory: number, from: bigint, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  try {
    readSync(memory, bytes, 0, size, from);
  } catch {
    // Some areas cannot be read by anybody.
  }
  return bytes;
}
