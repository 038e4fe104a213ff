// Output in bulk: a host that prints far more than memory should hold, and one that prints faster than the disk takes it.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createEngine } from "../../../runtime/engine/engine.ts";
import { identifyThisProcess, isAlive } from "../../../runtime/project/process-identity.ts";
import type { StepResult } from "../../../runtime/port.ts";
import { type Ending, lastFirst, temporaryFolder } from "../../support/temporary.ts";
import { makeLabReach, startTrustedHost } from "../ssh/lab-reach.ts";
import { type BulkOrder, bulkReportSchema } from "./bulk-process.ts";

const MEGABYTE = 1024 * 1024;
const bulkProcess = fileURLToPath(new URL("bulk-process.ts", import.meta.url));

/** Numbers, so that nothing of them can be missing, twice there or somewhere else unnoticed. */
const printMegabytes = (count: number) => `seq 1000000000 | head -c ${count * MEGABYTE}`;

test("a gigabyte from this machine takes no memory to speak of, and its first 100 MB are kept", async (t) => {
  const auth = { transport: "local" } as const;
  await checkBulk(1024, {
    ...(await orderFor(t)),
    host: "here",
    auth,
    script: printMegabytes(1024),
  });
});

test("600 MB over ssh take no memory to speak of, and the first 100 MB are kept", async (t) => {
  const lab = await makeLabReach(t);
  const { sshd, auth } = await startTrustedHost(t, lab);
  await checkBulk(600, {
    ...(await orderFor(t)),
    environment: lab.environment,
    host: sshd.host,
    auth: { ...auth, transport: "ssh" },
    script: printMegabytes(600),
  });
});

test("a disk that takes nothing for a while lets the host wait, and all arrives", async (context) => {
  const t = lastFirst(context);
  const { stateFolder, environment } = await orderFor(t);
  const counter = path.join(stateFolder, "written");
  const folder = path.join(stateFolder, "spool", "run", "0-1-here");
  await mkdir(folder, { recursive: true });
  const pipe = path.join(folder, "out");
  await promisify(execFile)("mkfifo", [pipe]); // takes nothing as long as nobody reads it
  const engine = createEngine({
    stateFolder,
    environment,
    owner: identifyThisProcess(),
    isAlive,
    onProblem: assert.fail,
  });
  t.after(() => engine.dispose());
  const { port } = engine.openPort();
  const run = async (runId: string, script: string) => {
    const results: StepResult[] = [];
    const target = { auth: { transport: "local" as const }, hosts: ["here"], limits: {} };
    const step = { index: 0, label: "print", operation: "exec", answers: [], target };
    await port.startRun({ id: runId, title: runId }, () => {});
    await port.runStep({ ...step, runId, script }, (some) => results.push(...some));
    await port.endRun({ runId, verdict: "succeeded" });
    const [result] = results;
    assert.ok(result?.kind === "success" && "out" in result.value, JSON.stringify(result));
    return result.value;
  };
  const script = `for i in $(seq 50); do head -c 1000000 /dev/zero; echo $i > ${counter}; done`;
  const done = run("run", script);
  let before = -1;
  for (let now = 0, look = 0; now !== before || now === 0; look += 1) {
    before = now;
    now = Number((await run(`look-${look}`, `sleep 0.2; cat ${counter} || echo 0`)).out);
  }
  const reader = spawn("cat", [pipe]);
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of reader.stdout) {
    size += (chunk as Buffer).length;
    hash.update(chunk as Buffer);
  }
  const { cut, out } = await done;
  assert.ok(before < 10, `the host printed ${before} MB that the disk did not take`);
  assert.equal(size, 50_000_000);
  assert.equal(hash.digest("hex"), createHash("sha256").update(Buffer.alloc(size)).digest("hex"));
  assert.equal(cut + Buffer.byteLength(out.replace(/\n\[.*\]\n/u, "")), size);
});

async function checkBulk(megabytes: number, order: BulkOrder): Promise<void> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    bulkProcess,
    JSON.stringify(order),
  ]);
  const report = bulkReportSchema.parse(JSON.parse(stdout));
  assert.equal(report.kind, "success");
  assert.ok(report.grownBytes < 300 * MEGABYTE, `grown by ${report.grownBytes / MEGABYTE} MB`);
  const expected = `${printMegabytes(100)} | sha256sum`;
  const { stdout: sum } = await promisify(execFile)("sh", ["-c", expected]);
  assert.equal(report.hash, sum.slice(0, 64));
  const printed = megabytes * MEGABYTE;
  const markBytes = (bytes: number) => Buffer.byteLength(`\n[… ${bytes} bytes cut …]\n`);
  assert.equal(report.valueBytes - markBytes(report.cut) + report.cut, printed);
  assert.equal(report.keptBytes - markBytes(report.lost) + report.lost, printed);
}

async function orderFor(t: Ending) {
  const stateFolder = await temporaryFolder(t);
  return { stateFolder, environment: { PATH: process.env["PATH"] ?? "", HOME: stateFolder } };
}
