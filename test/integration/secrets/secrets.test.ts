// Secrets on a real host: read at the last moment, printed by the shell itself, and nowhere to be seen afterwards.
import assert from "node:assert/strict";
import { appendFile, chmod, copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { exec, operation, run, type Secret, secret, sh } from "../../../runtime/public.ts";
import { runCommand } from "../../lab/run-command.ts";
import { PASS_ON } from "../../lab/pass-on.ts";
import { makeLabEngine } from "./lab-engine.ts";
import { makeOddFleet } from "./odd-fleet.ts";
import { failureOf, outOf } from "./only-host.ts";

const HARD = `it's "hard" \\ $HOME \`id\` %s äß`;
const ONLY_PASSWORDS = {
  lines: ["Match all", "PubkeyAuthentication no", "PasswordAuthentication yes"],
};
const show = operation("show", (value: Secret) => sh`printf '<%s>' ${value} | md5sum; cat`);
const tell = operation("tell", (value: Secret) => sh`printf '<%s>\n' ${value}; exit 3`);

test("a value arrives as it is, from a variable, a file and a person, and the input stays empty", async (t) => {
  const lab = await makeLabEngine(t, { variables: { HARD }, secret: () => HARD });
  await writeFile(path.join(lab.folder, "hard"), `${HARD}\n`);
  const sum = await runCommand("md5sum", [], { input: `<${HARD}>` });
  const sources = [{ env: "HARD" }, { file: "~/hard" }, { ask: true }] as const;
  for (const from of sources) {
    const outcome = await lab.evaluate(() => run(show(lab.hosts(), secret("hard", from))));
    assert.equal(outOf(outcome), sum);
  }
  await lab.evaluate(() => run(show(lab.hosts(), secret("hard"))));
  assert.deepEqual(
    lab.person.secrets.map(({ what, prompt, host }) => ({ what, prompt, host })),
    [{ what: "secret", prompt: "hard", host: "127.0.0.1" }],
  );
});

test("what a host prints of it shows its name, in results, messages, lists and on disk", async (t) => {
  const lab = await makeLabEngine(t, { variables: { HARD } });
  const failure = failureOf(
    await lab.evaluate(() => run(tell(lab.hosts(), secret("hard", { env: "HARD" })))),
  );
  assert.equal(failure.out, "<‹secret hard›>\n");
  assert.equal(failure.message, "exited with code 3: <‹secret hard›>");
  assert.equal(failure.step, "tell secret hard");
  const outcome = await lab.evaluate(() =>
    run(
      exec(
        lab.hosts(),
        `echo ${btoa("x")}; printf %s '${HARD.replaceAll("'", `'\\''`)}' | base64 -w0`,
      ),
    ),
  );
  assert.match(outOf(outcome), /^eA==\n‹secret hard›$/u);
  assert.ok(!JSON.stringify(lab.engine.listRuns(5)).includes(JSON.stringify(HARD).slice(1, -1)));
  const written = await lab.written();
  assert.ok(written.includes("secret hard"));
  assert.ok(!written.includes(HARD));
});

test("what cannot be read is refused before anything runs, and says where it was looked for", async (t) => {
  const lab = await makeLabEngine(t, { variables: { SHORT: "abc", EMPTY: "" } });
  await writeFile(path.join(lab.folder, "bytes"), Buffer.from([0xff, 0xfe, 0x41]));
  await mkdir(path.join(lab.folder, "folder"));
  await runCommand("mkfifo", [path.join(lab.folder, "pipe")]);
  const cases: readonly [Secret, RegExp][] = [
    [
      secret("a", { env: "NOWHERE" }),
      /secret a cannot be read: NOWHERE is not in the environment/u,
    ],
    [secret("b", { file: "~/nowhere" }), /secret b cannot be read from .*nowhere: ENOENT/u],
    [secret("c", { file: "~/bytes" }), /secret c .*not text in UTF-8/u],
    [secret("d", { file: "~/folder" }), /secret d .*(?:EISDIR|no file)/u],
    [secret("e", { file: "~/pipe" }), /secret e .*no file/u],
    [secret("f", { env: "SHORT" }), /secret f has only 3 characters/u],
    [secret("g", { env: "EMPTY" }), /secret g is empty/u],
    [secret("h"), /the secret h was asked for and not given/u],
  ];
  for (const [one, message] of cases) {
    const failure = failureOf(await lab.evaluate(() => run(show(lab.hosts(), one))));
    assert.equal(failure.kind, "refused");
    assert.match(failure.message, message);
    assert.notEqual(failure.next, "");
  }
  assert.equal(lab.sshd.opened(), 0);
});

test("where printf is a program of the host's, nothing is run", async (t) => {
  const lab = await makeLabEngine(t, { variables: { HARD } });
  const bin = path.join(lab.folder, "bin");
  await mkdir(bin);
  await chmod(lab.folder, 0o755);
  // A shell whose printf is not built in: dash calls it by another name there.
  const dash = path.join(bin, "dash");
  await copyFile("/bin/dash", dash);
  await runCommand("sed", ["-i", "s/\\x00printf\\x00/\\x00prontf\\x00/", dash]);
  await symlink(dash, path.join(bin, "sh"));
  const odd = await makeLabEngine(t, {
    variables: { HARD },
    sshd: { environment: { PATH: `${bin}:/usr/bin:/bin` } },
  });
  const one = secret("hard", { env: "HARD" });
  const failure = failureOf(await odd.evaluate(() => run(show(odd.hosts(), one))));
  assert.equal(failure.code, 126);
  assert.match(failure.message, /printf is not built into the sh of this host/u);
});

for (const transport of ["ssh", "openssh"] as const) {
  test(`${transport}: a login password that is named is used, and one from a file is tried once`, async (t) => {
    const lab = await makeLabEngine(t, { sshd: ONLY_PASSWORDS, secret: () => lab.user.password });
    const asked = lab.hosts({ transport, password: secret("login") });
    assert.equal(outOf(await lab.evaluate(() => run(exec(asked, "id -un")))), `${lab.user.name}\n`);
    assert.deepEqual(
      lab.person.secrets.map(({ what, host, prompt }) => ({ what, host, prompt })),
      [{ what: "secret", host: lab.place, prompt: "login" }],
    );
    await lab.engine.components.at(-1)?.stop();
    await lab.engine.components.at(-1)?.start();
    await writeFile(path.join(lab.folder, "wrong"), "not the password\n");
    const wrong = lab.hosts({ transport, password: secret("login", { file: "~/wrong" }) });
    const { kind, message } = failureOf(await lab.evaluate(() => run(exec(wrong, "id -un"))));
    assert.equal(kind, "refused");
    assert.equal(message, `the password that the program names is not accepted (${lab.place})`);
    assert.equal(lab.person.secrets.length, 1);
  });
}

for (const transport of ["ssh", "openssh"] as const) {
  test(`${transport}: a host with another login password than its fleet is refused alone, and nobody is asked again`, async (t) => {
    const lab = await makeLabEngine(t, { sshd: ONLY_PASSWORDS, secret: () => lab.user.password });
    const fleet = await makeOddFleet(t, lab);
    const auth = { transport, password: secret("login") };
    for (const names of [["web", "odd"], ["odd"]]) {
      const { success, failure } = await lab.evaluate(() =>
        run(exec(fleet.hosts(auth, names), "id -un")),
      );
      assert.equal(success.length, names.length - 1);
      assert.deepEqual(
        failure.map(({ host, kind }) => [host, kind]),
        [["odd", "refused"]],
      );
      const [{ message, next } = assert.fail()] = failure;
      assert.match(
        message,
        /takes another password than the secret login, which opened another host/u,
      );
      assert.match(next, /a secret of another name: password: secret/u);
    }
    assert.equal(lab.person.secrets.length, 1);
    assert.deepEqual(lab.person.forgotten, []);
  });
}

for (const transport of ["ssh", "openssh"] as const) {
  test(`${transport}: who declines the password of one host is asked for none of the others, and each says why`, async (t) => {
    const lab = await makeLabEngine(t, { sshd: ONLY_PASSWORDS });
    const fleet = await makeOddFleet(t, lab);
    const hosts = fleet.hosts({ transport }, ["web", "odd"]);
    const { failure } = await lab.evaluate(() => run(exec(hosts, "id -un")));
    const [web, odd] = ["web", "odd"].map((name) => failure.find(({ host }) => host === name));
    assert.ok(web?.message.startsWith(`the password was asked for and not given (${lab.place})`));
    const oddPlace = lab.place.replace(lab.user.name, fleet.oddUser.name);
    const why = `was not asked for (${oddPlace}), because that of ${lab.place} was declined`;
    assert.ok(odd?.message.includes(why), odd?.message);
    assert.match(odd?.next ?? "", /their Hosts name it: password: secret\("login"\)$/u);
    assert.equal(lab.person.secrets.length, 1);
  });
}

test("behind a ProxyCommand the system's ssh may ask for another host's password: the named one is not given", async (t) => {
  const lab = await makeLabEngine(t, { sshd: ONLY_PASSWORDS, secret: () => lab.user.password });
  await appendFile(path.join(lab.folder, "ssh_config"), `  ProxyCommand ${PASS_ON}\n`);
  await writeFile(path.join(lab.folder, "named"), "not for others\n");
  const password = secret("login", { file: "~/named" });
  const hosts = lab.hosts({ transport: "openssh", password });
  assert.equal(outOf(await lab.evaluate(() => run(exec(hosts, "id -un")))), `${lab.user.name}\n`);
  assert.deepEqual(
    lab.person.secrets.map(({ what }) => what),
    ["password"],
  );
});

test("the time that a person takes counts against no limit of the run, in that step and after it, nor while a run in a stage of it asks", async (t) => {
  const limits = { totalTimeoutMs: 3000 };
  const lab = await makeLabEngine(t, {
    async secret() {
      const other = await lab.evaluate(() => run(exec(lab.hosts({}, limits), "sleep 300")));
      assert.equal(failureOf(other).kind, "timedOut");
      return HARD;
    },
  });
  const outcome = lab.evaluate(() =>
    run(show(lab.hosts({}, limits), secret("hard")), exec("echo on")),
  );
  assert.equal(outOf(await outcome), "on\n");
  assert.equal(lab.person.secrets.length, 1);
  const outer = lab.evaluate(() =>
    run(
      exec(lab.hosts({}, limits), "true"),
      async (before) => {
        await run(show(lab.hosts(), secret("another")));
        return before;
      },
      exec("echo on"),
    ),
  );
  assert.equal(outOf(await outer), "on\n");
  assert.equal(lab.person.secrets.length, 2);
});

test("a step that is cancelled while a secret is asked for starts nothing", async (t) => {
  const { promise: asked, resolve } = Promise.withResolvers<undefined>();
  const lab = await makeLabEngine(t, {
    secret: () => {
      resolve(undefined);
      return new Promise(() => {});
    },
  });
  const started = lab.evaluate(() => run(show(lab.hosts(), secret("never"))));
  await asked;
  await started.cancel();
  const { kind, message } = failureOf(await started);
  assert.equal(kind, "cancelled");
  assert.match(message, /while waiting for a secret .*nothing was started there/u);
});
