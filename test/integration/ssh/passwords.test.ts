// Passwords, asked for as they are needed, on a real sshd: by itself, over PAM, wrong, declined, and with nobody to ask.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { systemClock } from "../../../runtime/engine/waiting/clock.ts";
import { type SshdOptions, startSshd } from "../../lab/sshd.ts";
import { createLabUser } from "../../lab/users.ts";
import { makeFlyingClock } from "../../support/flying-clock.ts";
import { makePerson, type Person } from "../../support/person.ts";
import { killAll, processTree } from "../../support/processes.ts";
import { until } from "../../support/until.ts";
import { makeLabReach } from "./lab-reach.ts";

const OK = { kind: "exited", code: 0 };
const PASSWORD_ONLY: SshdOptions = {
  lines: ["Match all", "PubkeyAuthentication no", "PasswordAuthentication yes"],
};
const PAM_ONLY: SshdOptions = {
  pam: true,
  lines: ["Match all", "PubkeyAuthentication no", "KbdInteractiveAuthentication yes"],
};

async function makeHost(
  t: TestContext,
  person: Person | undefined,
  options: SshdOptions,
  clock = systemClock,
) {
  const lab = await makeLabReach(t, {}, clock, person);
  const user = await createLabUser(t);
  const sshd = await startSshd(options);
  t.after(() => sshd.stop());
  await lab.trust([sshd]);
  const auth = { user: user.name, port: sshd.port };
  const place = `${user.name}@127.0.0.1:${String(sshd.port)}`;
  const run = (script = "id -un") => lab.run(sshd.host, script, { auth });
  return { lab, user, sshd, auth, place, run };
}

for (const [name, options] of Object.entries({ PASSWORD_ONLY, PAM_ONLY })) {
  test(`${name}: the password is asked for with host and user, again when it was wrong, and is known from then on`, async (t) => {
    const person = makePerson({ secret: ({ retry }) => (retry ? user.password : "wrong") });
    const { lab, user, place, sshd, auth, run } = await makeHost(t, person, options);
    assert.equal((await run()).out, `${user.name}\n`);
    const anotherConnection = { ...auth, sshKey: lab.key.file };
    const again = await lab.run(sshd.host, "id -un", { auth: anotherConnection });
    assert.equal(again.out, `${user.name}\n`);
    assert.equal(sshd.opened(), 2);
    const about = `password ${user.name}@[127.0.0.1]:${String(sshd.port)}`;
    assert.deepEqual(
      person.secrets.map((one) => [one.what, one.host, one.about, one.retry]),
      [false, true].map((retry) => ["password", place, about, retry]),
    );
    assert.deepEqual(person.forgotten, [about]);
  });
}

test("a wrong password is asked for three times in all, and stands in no message", async (t) => {
  const given = ["wrong 1", "wrong 2", "wrong 3", "wrong 4"];
  const person = makePerson({ secret: () => given[person.secrets.length - 1] });
  const { place, run } = await makeHost(t, person, PASSWORD_ONLY);
  const { end } = await run();
  assert.ok("message" in end);
  assert.equal(end.kind, "refused");
  assert.equal(
    end.message,
    `not let in (${place}): the password is not accepted; the host takes password`,
  );
  assert.match(end.next, /^run it again with the right password/u);
  assert.deepEqual(
    person.secrets.map(({ retry }) => retry),
    [false, true, true],
  );
  assert.equal(person.forgotten.length, 3);
});

test("NumberOfPasswordPrompts, BatchMode and PasswordAuthentication of ssh_config are kept to", async (t) => {
  const person = makePerson({ secret: () => "wrong" });
  const { lab, run } = await makeHost(t, person, PASSWORD_ONLY);
  await lab.configure("NumberOfPasswordPrompts 1\n");
  await run();
  assert.equal(person.secrets.length, 1);
  await lab.configure("BatchMode yes\n");
  const batch = (await run()).end;
  assert.ok("message" in batch);
  assert.match(batch.message, /^needs an answer: .*and ssh_config forbids questions \(BatchMode/u);
  assert.match(batch.next, /^to be asked for it, set BatchMode no/u);
  await lab.configure("PasswordAuthentication no\n");
  const forbidden = (await run()).end;
  assert.match("message" in forbidden ? forbidden.message : "", /ssh_config forbids passwords/u);
  assert.equal(person.secrets.length, 1);
});

test("declined, and nobody there: the host is refused with words that say so, at once", async (t) => {
  const declining = await makeHost(t, makePerson({}), PASSWORD_ONLY);
  const { end: declined } = await declining.run();
  assert.ok("message" in declined);
  assert.equal(declined.kind, "refused");
  assert.equal(declined.message, `the password was asked for and not given (${declining.place})`);
  const alone = await makeHost(t, undefined, PAM_ONLY);
  const { end: refused } = await alone.run();
  assert.ok("message" in refused);
  assert.equal(refused.kind, "refused");
  assert.equal(
    refused.message,
    `needs an answer: the password (${alone.place}), and nobody is there to be asked`,
  );
});

test("two hosts: one question at a time; another host is not held up", async (t) => {
  const first = Promise.withResolvers<string>();
  const person = makePerson({
    secret: ({ host }) => (host.startsWith(one.user.name) ? first.promise : two.user.password),
  });
  const one = await makeHost(t, person, PASSWORD_ONLY);
  const sshd = await startSshd({ ...PASSWORD_ONLY, hostKeys: one.sshd.hostKeys });
  t.after(() => sshd.stop());
  const free = await startSshd({ authorized: [one.lab.key.publicKeyLine] });
  t.after(() => free.stop());
  const two = { user: await createLabUser(t) };
  await one.lab.trust([one.sshd, sshd, free]);
  const waiting = one.run();
  await until("the first question", () => person.secrets.length === 1);
  const auth = { user: two.user.name, port: sshd.port };
  const second = one.lab.run(sshd.host, "id -un", { auth });
  const { lab } = one;
  const keyed = { port: free.port, sshKey: lab.key.file };
  assert.deepEqual((await lab.run(free.host, "true", { auth: keyed })).end, OK);
  assert.equal(person.secrets.length, 1);
  first.resolve(one.user.password);
  assert.deepEqual((await waiting).end, OK);
  assert.equal((await second).out, `${two.user.name}\n`);
  assert.equal(person.mostAtOnce(), 1);
});

test("time in which a person thinks is not the host's; a host that will not wait is called again", async (t) => {
  const connectTimeoutMs = 8000;
  const { clock, fly, land } = makeFlyingClock(100);
  const person = makePerson({
    secret: async (_question, signal) => {
      const [, ...sessions] = await processTree(sshd.pid);
      await killAll(sessions); // So it looks when sshd has lost its patience.
      const begunMs = clock.elapsed();
      fly();
      await until("long thoughts", () => clock.elapsed() - begunMs > 20 * connectTimeoutMs);
      land();
      assert.equal(signal.aborted, false);
      return user.password;
    },
  });
  const { user, sshd, auth, lab } = await makeHost(t, person, PASSWORD_ONLY, clock);
  const { end } = await lab.run(sshd.host, "true", { auth, connectTimeoutMs });
  assert.deepEqual(end, OK);
  assert.equal(person.secrets.length, 1);
});

test("cancelling takes the question away, and the host is cancelled", async (t) => {
  const stop = new AbortController();
  let open: AbortSignal | undefined;
  const person = makePerson({
    secret: (_question, signal) => {
      open = signal;
      return new Promise((resolve) => {
        signal.addEventListener("abort", () => resolve(undefined));
      });
    },
  });
  const { lab, sshd, auth } = await makeHost(t, person, PASSWORD_ONLY);
  const running = lab.run(sshd.host, "true", { auth, signal: stop.signal });
  await until("the question", () => person.secrets.length === 1);
  stop.abort(new Error("by hand"));
  const { end } = await running;
  assert.equal(end.kind, "cancelled");
  assert.equal(open?.aborted, true);
});
