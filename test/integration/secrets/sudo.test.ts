// Steps as another user, on a real sshd with a real sudo: with and without a password, refused, and stopped.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import type { Auth } from "../../../runtime/describe/hosts/hosts.ts";
import { exec, Hosts, operation, run, scpInto, secret, sh, sudo } from "../../../runtime/public.ts";
import { runCommand } from "../../lab/run-command.ts";
import { writeSudoers } from "../../lab/sudoers.ts";
import { createLabUser, setLoginShell } from "../../lab/users.ts";
import { processesWith } from "../../support/processes.ts";
import { until } from "../../support/until.ts";
import { type LabEngine, type LabEngineOptions, makeLabEngine } from "./lab-engine.ts";
import { makeOddFleet } from "./odd-fleet.ts";
import { failureOf, outOf } from "./only-host.ts";

const FREE = "USER ALL=(ALL:ALL) NOPASSWD: ALL";
const ASKED = "USER ALL=(ALL:ALL) ALL";

async function makeHost(
  t: TestContext,
  rules: readonly string[],
  options: LabEngineOptions = {},
): Promise<LabEngine> {
  const lab = await makeLabEngine(t, options);
  if (rules.length > 0) await writeSudoers(t, lab.user.name, rules);
  return lab;
}

/** Of every session on a host that was started with it. */
const MARKED = { RE_OPS_SUDO_TEST: randomBytes(8).toString("hex") };

async function untilNothingRuns(): Promise<void> {
  const mark = `RE_OPS_SUDO_TEST=${MARKED.RE_OPS_SUDO_TEST}`;
  await until("no sudo to wait", async () => (await processesWith(mark)).length === 0);
}

const answerOf = (lab: LabEngine, command: string, auth: Auth = {}) =>
  lab.evaluate(() => run(sudo(exec(lab.hosts(auth), command))));

for (const pty of ["use_pty", "!use_pty"]) {
  test(`without a password a step is root, and all else is as without sudo (${pty})`, async (t) => {
    const lab = await makeHost(t, [`Defaults:USER ${pty}`, FREE]);
    const script = 'echo "$(id -u) $HOME $USER $0 $#"; cat; echo err >&2; exit 3';
    const failure = failureOf(await answerOf(lab, script));
    const { kind, code, out, err } = failure;
    assert.deepEqual(
      { kind, code, out, err },
      { kind: "exited", code: 3, out: "0 /root root sh 0\n", err: "err\n" },
    );
    const killed = failureOf(await answerOf(lab, "kill -TERM $$"));
    assert.equal(killed.code, 143);
    assert.equal(outOf(await answerOf(lab, "yes x | head -c 300000")).length, 300_000);
    const long = `# ${"it's ".repeat(20_000)}\necho "$0 $#"; cat`;
    assert.equal(outOf(await answerOf(lab, long)), "sh 0\n");
    assert.deepEqual(lab.person.secrets, []);
  });
}

for (const transport of ["ssh", "openssh"] as const) {
  test(`${transport}: the password is asked for with user and host, once, and never before sudo asks`, async (t) => {
    const lab = await makeHost(t, ["Defaults:USER lecture=always", ASKED], {
      secret: () => lab.user.password,
    });
    const hosts = lab.hosts({ transport, sudo: true });
    const outcome = await lab.evaluate(() =>
      run(exec(hosts, "id -un"), exec("cat; id -u"), sudo(exec("id -un"))),
    );
    assert.equal(outOf(outcome), "root\n");
    assert.deepEqual(
      lab.person.secrets.map(({ what, host, retry }) => ({ what, host, retry })),
      [{ what: "sudo password", host: lab.place, retry: false }],
    );
    const log = (await lab.written()).toString("latin1");
    assert.ok(!log.includes(lab.user.password));
  });
}

test("a wrong password is asked for again", async (t) => {
  const lab = await makeHost(t, [ASKED], {
    secret: ({ retry }) => (retry ? lab.user.password : "wrong"),
  });
  assert.equal(outOf(await answerOf(lab, "id -u")), "0\n");
  assert.deepEqual(
    lab.person.secrets.map(({ retry }) => retry),
    [false, true],
  );
});

test("a password that stays wrong is asked for three times in all, and stands in no message", async (t) => {
  const lab = await makeHost(t, [ASKED], { secret: () => "always-wrong" });
  const { kind, message, next } = failureOf(await answerOf(lab, "touch /root/never"));
  assert.equal(kind, "refused");
  assert.equal(message, `sudo did not take the password (${lab.place})`);
  assert.match(next, /run it again with the right one/u);
  assert.equal(lab.person.secrets.length, 3);
  assert.ok(!JSON.stringify(lab.engine.listRuns(5)).includes("always-wrong"));
});

test("a host whose sudo takes another password than its fleet's is refused alone, and nobody is asked again", async (t) => {
  const lab = await makeHost(t, [ASKED], { secret: () => lab.user.password });
  const fleet = await makeOddFleet(t, lab);
  await writeSudoers(t, fleet.oddUser.name, [ASKED]);
  const auth = { sudo: { password: secret("sudo") } };
  for (const names of [["web", "odd"], ["odd"]]) {
    const { success, failure } = await lab.evaluate(() =>
      run(exec(fleet.hosts(auth, names), "id -u")),
    );
    assert.equal(success.length, names.length - 1);
    const [{ host, kind, message, next } = assert.fail()] = failure;
    assert.deepEqual([failure.length, host, kind], [1, "odd", "refused"]);
    assert.match(
      message,
      /takes another password than the secret sudo, which opened another host/u,
    );
    assert.match(next, /a secret of another name: sudo: \{ password: secret/u);
  }
  assert.equal(lab.person.secrets.length, 1);
  assert.deepEqual(lab.person.forgotten, []);
});

test("a password from a file is used, and a wrong one from a variable is tried once", async (t) => {
  const lab = await makeHost(t, ["Defaults:USER passwd_tries=2", ASKED], {
    variables: { WRONG: "not-the-password" },
  });
  const file = path.join(lab.folder, "password");
  await writeFile(file, `${lab.user.password}\n`);
  const right = secret("sudo", { file: "~/password" });
  assert.equal(outOf(await answerOf(lab, "id -u", { sudo: { password: right } })), "0\n");
  const wrong = secret("sudo", { env: "WRONG" });
  const { kind, message } = failureOf(await answerOf(lab, "id", { sudo: { password: wrong } }));
  assert.deepEqual(
    { kind, message },
    {
      kind: "refused",
      message: `sudo did not take the password (${lab.place})`,
    },
  );
  assert.deepEqual(lab.person.secrets, []);
});

test("a step may be any user, by itself or by its hosts, over every transport", async (t) => {
  const lab = await makeHost(t, [FREE]);
  const other = await createLabUser(t);
  const named = await lab.evaluate(() =>
    run(exec(lab.hosts({ sudo: { user: other.name } }), "id -un"), sudo(exec("id -un"))),
  );
  assert.equal(outOf(named), `${other.name}\n`);
  const own = lab.evaluate(() =>
    run(exec(lab.hosts({ sudo: true }), "id -un"), sudo(exec("id -un"), { user: other.name })),
  );
  assert.equal(outOf(await own), `${other.name}\n`);
  const here = new Hosts({ transport: "local", sudo: { user: other.name } }, ["localhost"]);
  assert.equal(outOf(await lab.evaluate(() => run(exec(here, "id -un")))), `${other.name}\n`);
});

test("a secret reaches a step as another user, behind the password", async (t) => {
  const lab = await makeHost(t, [ASKED], {
    secret: ({ what }) => (what === "sudo password" ? lab.user.password : "t0p ' s3cret"),
  });
  const login = operation("login", () => sh`printf %s ${secret("token")} | md5sum; id -u; cat`);
  const outcome = await lab.evaluate(() => run(sudo(login(lab.hosts()))));
  const sum = await runCommand("md5sum", [], { input: "t0p ' s3cret" });
  assert.equal(outOf(outcome), `${sum}0\n`);
});

test("sudo and secrets go over the system's ssh too, and files are copied as another user", async (t) => {
  const lab = await makeHost(t, [ASKED], { secret: () => lab.user.password });
  const give = operation("give", () => sh`id -u; printf %s ${secret("token")} | wc -c`);
  const system = await lab.evaluate(() => run(sudo(give(lab.hosts({ transport: "openssh" })))));
  const length = Buffer.byteLength(lab.user.password);
  assert.equal(outOf(system).replaceAll(" ", ""), `0\n${String(length)}\n`);
  const local = path.join(lab.folder, "copied");
  await writeFile(local, `a file with ${lab.user.password} in it\n`);
  const remote = path.join(lab.folder, "arrived");
  const copied = await lab.evaluate(() =>
    run(
      sudo(scpInto(lab.hosts(), local, remote)),
      sudo(exec(`stat -c %U ${remote}; wc -c <${remote}`)),
    ),
  );
  assert.equal(outOf(copied), `root\n${String(length + 19)}\n`);
});

const refusals: Readonly<Record<string, [readonly string[], RegExp, RegExp]>> = {
  "one whom sudoers does not name": [
    [],
    /login user may not use sudo .*sudoers file/u,
    /sudoers\.d/u,
  ],
  "one with some commands only": [
    ["USER ALL=(ALL) NOPASSWD: /usr/bin/id"],
    /allows the login user some commands only/u,
    /allow sh there .* or call what is allowed in the step itself/u,
  ],
  "one who needs a terminal": [
    ["Defaults:USER requiretty", FREE],
    /wants a terminal \(requiretty\)/u,
    /!requiretty/u,
  ],
};

for (const [who, [rules, message, next]] of Object.entries(refusals)) {
  test(`sudo refuses ${who}: it is said with the next step`, async (t) => {
    const lab = await makeHost(t, rules, { secret: () => lab.user.password });
    const failure = failureOf(await answerOf(lab, "id"));
    assert.equal(failure.kind, "refused");
    assert.match(failure.message, message);
    assert.match(failure.next, next);
    assert.ok(failure.message.length < 500, failure.message);
  });
}

test("a user whom the host does not know, and a host without sudo", async (t) => {
  const lab = await makeHost(t, [FREE]);
  const nobody = failureOf(
    await lab.evaluate(() => run(sudo(exec(lab.hosts(), "id"), { user: "no-such-user" }))),
  );
  assert.deepEqual([nobody.kind, /no such user/u.test(nobody.message)], ["refused", true]);
  const bin = path.join(lab.folder, "bin");
  await mkdir(bin);
  await symlink("/bin/sh", path.join(bin, "sh"));
  await chmod(lab.folder, 0o755);
  const without = await makeLabEngine(t, { sshd: { environment: { PATH: bin } } });
  const { kind, message, next } = failureOf(await answerOf(without, "id"));
  assert.equal(kind, "refused");
  assert.match(message, /sudo is not installed there/u);
  assert.match(next, /install sudo there/u);
});

test("a step that would need root, and a command that calls sudo itself, are told how", async (t) => {
  const lab = await makeHost(t, [ASKED]);
  const nextOf = async (command: string, auth: Auth = {}) =>
    failureOf(await lab.evaluate(() => run(exec(lab.hosts(auth), command)))).next;
  const ways = "sudo(exec(…)), or sudo: true in the Hosts";
  const asking = `write the command without sudo, and let Re-ops answer it: ${ways}`;
  assert.equal(await nextOf("sudo id"), asking);
  assert.equal(await nextOf("sudo -n id"), asking);
  const restart =
    "Failed to restart web.service: Interactive authentication required.\nSee system logs";
  for (const denied of ["cat /etc/shadow", `echo '${restart}' >&2; exit 1`]) {
    assert.equal(await nextOf(denied), `if it needs root: ${ways}; else look at its output`);
  }
  for (const other of ["echo 'git@hub: Permission denied (publickey).' >&2; exit 1", "ls /never"]) {
    assert.equal(await nextOf(other), "look at its output");
  }
  await writeSudoers(t, lab.user.name, [FREE]);
  const denied = await nextOf("echo 'x: Operation not permitted' >&2; exit 1", { sudo: true });
  assert.equal(denied, "look at its output");
});

test("when the question is declined the host is refused, and sudo is gone", async (t) => {
  const lab = await makeHost(t, [ASKED], { sshd: { environment: MARKED } });
  const { kind, message } = failureOf(await answerOf(lab, "id"));
  assert.equal(kind, "refused");
  assert.match(message, /sudo password was asked for and not given/u);
  await untilNothingRuns();
});

test("what runs as another user is stopped, whatever it does about it", async (t) => {
  const lab = await makeHost(t, [ASKED], { secret: () => lab.user.password });
  const stubborn = "trap '' TERM INT HUP;";
  const scripts: readonly [NonNullable<Auth["sudo"]>, string][] = [
    [true, "echo up; sleep 300"],
    [true, `${stubborn} echo up; while :; do sleep 1; done`],
    [true, `sh -c "${stubborn} sleep 300 & sleep 300" & (timeout 300 sleep 300) & echo up; wait`],
    [{ user: "nobody" }, `${stubborn} echo up; while :; do sleep 1; done`],
  ];
  const stopOne = async ([who, script]: (typeof scripts)[number]) => {
    const mark = `RE_OPS_MARK=${randomBytes(8).toString("hex")}`;
    const started = lab.evaluate(() =>
      run(exec(lab.hosts({ sudo: who }), `export ${mark}; ${script}`)),
    );
    await until("it to run", async () => {
      const { steps } = await lab.engine.readOutput(started.id, lab.sshd.host);
      return steps[0]?.out === "up\n";
    });
    await started.cancel();
    const { kind, message } = failureOf(await started);
    assert.equal(kind, "cancelled", message);
    assert.match(message, /its process group is gone$/u);
    assert.deepEqual(await processesWith(mark), []);
  };
  await Promise.all(scripts.map(stopOne));
});

test("cancelled while sudo waits for its password, nothing starts and nothing waits on", async (t) => {
  const { promise: asked, resolve } = Promise.withResolvers<undefined>();
  const lab = await makeHost(t, [ASKED], {
    sshd: { environment: MARKED },
    secret: () => {
      resolve(undefined);
      return new Promise(() => {});
    },
  });
  const started = lab.evaluate(() => run(sudo(exec(lab.hosts(), "touch /root/never"))));
  await asked;
  await started.cancel();
  const { kind, message } = failureOf(await started);
  assert.equal(kind, "cancelled");
  assert.match(message, /nothing was started there/u);
  assert.equal(lab.engine.channelCount(), 0);
  await untilNothingRuns();
});

test("a step that takes too long as root is stopped; the time at the question does not count", async (t) => {
  const lab = await makeHost(t, [ASKED], {
    // sudo takes its time, more than the step has, to say twice that a password is wrong.
    secret: () => (lab.person.secrets.length > 2 ? lab.user.password : "wrong"),
  });
  const hosts = lab.hosts({ sudo: true }, { stepTimeoutMs: 2500 });
  const mark = `RE_OPS_MARK=${randomBytes(8).toString("hex")}`;
  const outcome = await lab.evaluate(() =>
    run(exec(hosts, `echo begun; export ${mark}; sleep 300`)),
  );
  const { kind, out } = failureOf(outcome);
  assert.deepEqual({ kind, out }, { kind: "timedOut", out: "begun\n" });
  assert.equal(lab.person.secrets.length, 3);
  assert.deepEqual(await processesWith(mark), []);
});

for (const shell of ["fish", "tcsh"]) {
  test(`a login shell that is ${shell} hands on to sudo too`, async (t) => {
    const lab = await makeHost(t, [ASKED], { secret: () => lab.user.password });
    await setLoginShell(lab.user, shell);
    const script = `echo "$0 it's"\necho '!' $(id -u)`;
    assert.equal(outOf(await answerOf(lab, script)), "sh it's\n! 0\n");
  });
}
