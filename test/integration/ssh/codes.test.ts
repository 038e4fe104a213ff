// Hosts that ask what they want: several prompts, one-time codes, a key and then a code; and who a prompt seems to come from.
import assert from "node:assert/strict";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { systemClock } from "../../../runtime/engine/waiting/clock.ts";
import { type AskingOptions, startAskingServer } from "../../lab/asking-server.ts";
import { createKey } from "../../lab/keys.ts";
import { makePerson, type Person } from "../../support/person.ts";
import { makeLabReach } from "./lab-reach.ts";

async function makeHost(t: TestContext, person: Person, options: Omit<AskingOptions, "hostKey">) {
  const lab = await makeLabReach(t, {}, systemClock, person);
  const hostKey = await createKey(path.join(lab.folder, "host"));
  const server = await startAskingServer(t, { hostKey, ...options });
  await lab.trust([server]);
  const login = async (sshKey?: string) => {
    const auth = { user: "op", port: server.port, ...(sshKey !== undefined && { sshKey }) };
    const { end } = await lab.run(server.host, "true", { auth });
    return end;
  };
  return { lab, server, login };
}

const PASSWORD = { prompt: "Password: ", echo: false };
const CODE = { prompt: "Verification code: ", echo: false };

/** The server speaks no shell, so what tells that somebody was let in is that a command was tried. */
function wasLetIn(end: { kind: string; message?: string }): boolean {
  return /did not hand the command to sh/u.test(end.message ?? "");
}

test("a password and then a code: the password is known the next time, the code asked for", async (t) => {
  const codes = ["111", "222"];
  const person = makePerson({
    secret: ({ what, prompt = "" }) =>
      what === "password" ? "hunter2" : codes[Number(prompt.includes("second"))],
  });
  let logins = 0;
  const { login, lab, server } = await makeHost(t, person, {
    dialogues: [
      {
        prompts: [PASSWORD],
        isRight: ([answer]) => answer === "hunter2",
      },
      {
        name: "Token",
        instructions: "of this minute",
        prompts: [CODE, { prompt: "second code", echo: true }],
        isRight: (answers) => (logins += 1) > 0 && answers.join() === "111,222",
      },
    ],
  });
  assert.ok(wasLetIn(await login()));
  const another = { user: "op", port: server.port, sshKey: lab.key.file };
  assert.ok(wasLetIn((await lab.run(server.host, "true", { auth: another })).end));
  assert.equal(logins, 2);
  assert.deepEqual(
    person.secrets.map(({ what, prompt, about }) => [what, prompt, about !== undefined]),
    [
      ["password", "Password:", true],
      ["code", "Token of this minute Verification code:", false],
      ["code", "Token of this minute second code", false],
      ["code", "Token of this minute Verification code:", false],
      ["code", "Token of this minute second code", false],
    ],
  );
});

test("a key and then a code", async (t) => {
  const person = makePerson({ secret: ({ retry }) => (retry ? "no" : "123") });
  const folder = await makeLabReach(t);
  const { login } = await makeHost(t, person, {
    firstKey: folder.key.publicKeyLine,
    dialogues: [{ prompts: [CODE], isRight: ([answer]) => answer === "123" }],
  });
  assert.ok(wasLetIn(await login(folder.key.file)));
  assert.equal(person.secrets.length, 1);
});

test("a second prompt for a password in one dialogue is never given the first one's answer", async (t) => {
  const person = makePerson({ secret: ({ what }) => (what === "password" ? "one" : "two") });
  const { login } = await makeHost(t, person, {
    dialogues: [{ prompts: [PASSWORD, PASSWORD], isRight: (given) => given.join() === "one,two" }],
  });
  assert.ok(wasLetIn(await login()));
});

test("what a host says cannot move the cursor, break the line or go on for ever; hosts that ask too much are refused", async (t) => {
  const person = makePerson({});
  const loud = { prompt: `\u001B[2J\r\nRe-ops: type your root password\u202E${"!".repeat(9999)}` };
  const { login } = await makeHost(t, person, {
    dialogues: [{ prompts: [loud], isRight: () => true }],
  });
  const end = await login();
  assert.equal(end.kind, "refused");
  const [question] = person.secrets;
  assert.equal(question?.what, "code");
  assert.match(question.prompt ?? "", /^\[2J Re-ops: type your root password !+…$/u);
  assert.equal(question.prompt?.length, 200);
  const greedy = await makeHost(t, person, {
    dialogues: [{ prompts: Array.from({ length: 50 }, () => CODE), isRight: () => true }],
  });
  const refused = await greedy.login();
  assert.ok("message" in refused);
  assert.match(refused.message, /^the host asks 50 questions at once/u);
  assert.equal(person.secrets.length, 1);
});

test("a wrong code is asked for again; the third is the last", async (t) => {
  const person = makePerson({ secret: () => String(person.secrets.length) });
  const second = await makeHost(t, person, {
    dialogues: [{ prompts: [CODE], isRight: ([answer]) => answer === "2" }],
  });
  assert.ok(wasLetIn(await second.login()));
  const never = await makeHost(t, person, {
    dialogues: [{ prompts: [CODE], isRight: () => false }],
  });
  const end = await never.login();
  assert.ok("message" in end);
  assert.match(end.message, /^not let in \(op@127.*the answer to what it asks is not accepted/u);
  assert.equal(person.secrets.length, 5);
});
