// What a server asks: the window whose evaluation it is, the next one when that goes away, nobody when there is none; and no answer is left anywhere.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { ServerConnection } from "re-ops/client";
import {
  answerWasWrong,
  type AskedSecret,
  askHostKeys,
  askSecret,
  type GivenSecret,
  type GivenTrust,
  interrupt,
  questionWithdrawn,
  type UnknownHostKey,
} from "re-ops/protocol";
import { until } from "../../support/until.ts";
import { displayOf, evaluateIn } from "./evaluating.ts";
import { type LabOptions, startLab } from "./lab-host.ts";
import { makeProject, type Project } from "./project.ts";

const text = `import { exec, Hosts, run } from "re-ops";
run(exec(new Hosts({}, ["lab"]), "echo on $RE_OPS_HOST"));
`;
const SECRET = "correct horse battery staple";

interface Window {
  readonly connection: ServerConnection;
  readonly asked: AskedSecret[];
  readonly keys: (readonly UnknownHostKey[])[];
  readonly withdrawn: string[];
  readonly wrong: string[];
}

type Answer = (question: AskedSecret) => Promise<string | undefined> | string | undefined;

async function openWindow(project: Project, environment: Record<string, string>, answer?: Answer) {
  const connection = await project.connect({ environment });
  const window: Window = { connection, asked: [], keys: [], withdrawn: [], wrong: [] };
  const { runtime } = connection;
  if (answer !== undefined) {
    runtime.onRequest(askSecret, async (question): Promise<GivenSecret> => {
      window.asked.push(question);
      const value = await answer(question);
      return value === undefined ? { kind: "declined" } : { kind: "answered", value };
    });
    runtime.onRequest(askHostKeys, ({ keys }): GivenTrust => {
      window.keys.push(keys);
      return { kind: "answered", trusted: keys.map((_, index) => index) };
    });
  }
  runtime.onNotification(questionWithdrawn, ({ id }) => void window.withdrawn.push(id));
  runtime.onNotification(answerWasWrong, ({ about }) => void window.wrong.push(about));
  return window;
}

async function makeLab(t: Parameters<typeof makeProject>[0], options: LabOptions) {
  const lab = await startLab(t, options);
  const project = await makeProject(t);
  const environment = { ...project.environment, RE_OPS_SSH_CONFIG: lab.config };
  return { ...lab, project, environment };
}

const never = () => new Promise<never>(() => {});

test("the window whose evaluation it is gets the question; wrong answers are told; nothing is left anywhere", async (t) => {
  const { project, environment, key } = await makeLab(t, { passphrase: SECRET });
  const mine = await openWindow(project, environment, ({ retry }) =>
    retry ? SECRET : "wrong one",
  );
  const newest = await openWindow(project, environment, () => SECRET);
  assert.equal(await displayOf(evaluateIn(project, mine.connection, text, "run(")), "1 ok");
  assert.equal(newest.asked.length, 0);
  assert.deepEqual(
    mine.asked.map(({ what, prompt, about, retry }) => [what, prompt, about, retry]),
    [false, true].map((retry) => ["passphrase", key.file, `passphrase ${key.file}`, retry]),
  );
  await until("both windows to hear it", () => mine.wrong.length + newest.wrong.length === 2);
  assert.deepEqual(newest.wrong, [`passphrase ${key.file}`]);
  await until("nothing of it on disk", async () => {
    for (const file of await readdir(project.stateFolder, { recursive: true })) {
      const bytes = await readFile(path.join(project.stateFolder, file)).catch(() => "");
      assert.ok(!bytes.includes(SECRET) && !bytes.includes("wrong one"), file);
    }
    return true;
  });
});

test("a window that goes away while it is asked is followed by the next one", async (t) => {
  const { project, environment } = await makeLab(t, { passphrase: SECRET });
  const other = await openWindow(project, environment, () => SECRET);
  const mine = await openWindow(project, environment, never);
  const evaluating = evaluateIn(project, mine.connection, text, "run(").catch(() => "gone");
  await until("the question", () => mine.asked.length === 1);
  assert.equal(other.asked.length, 0);
  mine.connection.dispose();
  await until("the question in the other window", () => other.asked.length === 1);
  assert.equal(await evaluating, "gone");
  assert.equal(await displayOf(evaluateIn(project, other.connection, text, "run(")), "1 ok");
  assert.equal(other.asked.length, 1);
});

test("with nobody to answer the host is refused at once, and says so", async (t) => {
  const { project, environment } = await makeLab(t, { passphrase: SECRET });
  const window = await openWindow(project, environment);
  const result = await evaluateIn(project, window.connection, text, "run(");
  assert.ok(result.kind === "value", JSON.stringify(result));
  assert.match(result.detail, /needs an answer/u);
  assert.match(result.detail, /nobody is there to be asked/u);
});

test("interrupting takes the question away from the window", async (t) => {
  const { project, environment } = await makeLab(t, { passphrase: SECRET });
  const window = await openWindow(project, environment, never);
  const evaluating = evaluateIn(project, window.connection, text, "run(");
  await until("the question", () => window.asked.length === 1);
  await window.connection.runtime.request(interrupt, {});
  assert.deepEqual(
    window.withdrawn,
    window.asked.map(({ id }) => id),
  );
  await evaluating;
});

test("an unknown host key is shown, and trusted from then on", async (t) => {
  const { project, environment, sshd, knownHostsFile } = await makeLab(t, { isKnown: false });
  const window = await openWindow(project, environment, never);
  assert.equal(await displayOf(evaluateIn(project, window.connection, text, "run(")), "1 ok");
  assert.deepEqual(
    window.keys.map((keys) => keys.map(({ name, type, fingerprint }) => [name, type, fingerprint])),
    [[[`[127.0.0.1]:${String(sshd.port)}`, "ssh-ed25519", sshd.hostKeyFingerprint]]],
  );
  assert.ok((await readFile(knownHostsFile, "utf8")).includes(sshd.publicKeyLine));
});
