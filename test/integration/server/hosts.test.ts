// Real hosts behind a server: its connections outlive live processes and windows, and the newest window's environment counts.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { getStatus, interrupt } from "re-ops/protocol";
import { countedSsh } from "../../lab/counted-ssh.ts";
import { describeSshConfig } from "../../lab/ssh-config.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";
import { evaluateIn, blockForever, untilLooping } from "./evaluating.ts";
import { startLab } from "./lab-host.ts";
import { makeProject } from "./project.ts";

const text = `import { exec, Hosts, run } from "re-ops";
run(exec(new Hosts({}, ["lab"]), "echo on $RE_OPS_HOST"));
`;

test("a connection is kept over the death of the live process and of its window", async (t) => {
  const { sshd, config } = await startLab(t);
  const project = await makeProject(t);
  const environment = { ...project.environment, RE_OPS_SSH_CONFIG: config };
  const window = await project.connect({ environment });
  const first = await evaluateIn(project, window, text, "run(");
  assert.ok(first.kind === "value", JSON.stringify(first));
  assert.equal(first.display, "1 ok");
  const looping = blockForever(project, window);
  await untilLooping(project);
  const report = await window.runtime.request(interrupt, {});
  assert.equal(report.liveRestarted, true);
  await looping;
  window.dispose();
  const next = await project.connect({ environment });
  assert.equal((await next.runtime.request(getStatus, {})).connections, 1);
  const second = await evaluateIn(project, next, text, "run(");
  assert.ok(second.kind === "value", JSON.stringify(second));
  assert.equal(second.display, "1 ok");
  assert.equal(sshd.opened(), 1);
});

const makeLab = `import { Hosts } from "re-ops";
const lab = new Hosts({}, ["lab"]);
`;

test("ssh is asked about hosts when they are made, and not again by their run", async (t) => {
  const { config } = await startLab(t);
  const ssh = await countedSsh(await temporaryFolder(t));
  const project = await makeProject(t);
  const environment = { ...project.environment, RE_OPS_SSH_CONFIG: config, PATH: ssh.PATH };
  const window = await project.connect({ environment });
  const made = await evaluateIn(project, window, makeLab, "const");
  assert.ok(made.kind === "value", JSON.stringify(made));
  await until("ssh to be asked", async () => (await ssh.questions()).length > 0);
  const done = await evaluateIn(project, window, text, "run(");
  assert.ok(done.kind === "value", JSON.stringify(done));
  assert.equal(done.display, "1 ok");
  assert.equal((await ssh.questions()).length, 1);
});

test("hosts are reached as the newest window says", async (t) => {
  const { config } = await startLab(t);
  const nowhere = path.join(await temporaryFolder(t), "config");
  await writeFile(nowhere, describeSshConfig([{ alias: "lab", host: "127.0.0.1", port: 1 }]));
  const project = await makeProject(t);
  const environmentWith = (file: string) => ({ ...project.environment, RE_OPS_SSH_CONFIG: file });
  const old = await project.connect({ environment: environmentWith(nowhere) });
  const before = await evaluateIn(project, old, text, "run(");
  assert.ok(before.kind === "value" && before.display.includes("1 failed"), JSON.stringify(before));
  const newest = await project.connect({ environment: environmentWith(config) });
  const after = await evaluateIn(project, newest, text, "run(");
  assert.ok(after.kind === "value", JSON.stringify(after));
  assert.equal(after.display, "1 ok");
});
