// What ssh asks is told from what a host asks, which may say anything to get what is meant for somebody else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { settingsSchema } from "../config/settings.ts";
import { readPrompt } from "./prompts.ts";

const settings = settingsSchema.parse({ hostname: "web", user: "ada", port: 2222 });
const read = (prompt: string, kind = "") => readPrompt({ prompt, kind }, settings);

test("passwords, passphrases, PINs and codes", () => {
  const password = { what: "password", about: "password ada@[web]:2222" };
  assert.deepEqual(read("ada@web's password: "), { kind: "secret", question: password });
  assert.deepEqual(read("(ada@web) Password: "), { kind: "secret", question: password });
  assert.deepEqual(read("Enter passphrase for key '/home/ada/my key': "), {
    kind: "secret",
    question: {
      what: "passphrase",
      prompt: "/home/ada/my key",
      about: "passphrase /home/ada/my key",
    },
  });
  for (const words of ["Enter PIN for ED25519-SK key /k:", "(ada@web) Verification code:"]) {
    const asked = read(words);
    assert.ok(asked.kind === "secret");
    assert.deepEqual([asked.question.what, asked.question.about], ["code", undefined]);
  }
  assert.deepEqual(read("ada@gate's password: "), {
    kind: "secret",
    question: { what: "password", about: "password of a jump host ada@gate" },
    hop: "ada@gate",
  });
});

test("a host that asks for what is another's gets nothing that is known", () => {
  for (const words of [
    "Enter passphrase for key '/home/ada/.ssh/id_rsa': ",
    "\nThe authenticity of host 'x (y)' can't be established.\nED25519 key fingerprint is SHA256:z.\n(yes/no)? ",
  ]) {
    const asked = read(`(ada@web) ${words}`);
    assert.ok(asked.kind === "secret", words);
    assert.deepEqual([asked.question.what, asked.question.about], ["code", undefined]);
  }
  const other = read("(ada@web) bob@other's password: ");
  assert.ok(other.kind === "secret");
  assert.equal(other.question.about, "password ada@[web]:2222");
});

test("unknown keys, notices, and what only has a no", () => {
  const shown =
    "ED25519 key fingerprint is SHA256:abc/d+e.\nThis key is not known by any other names.";
  const sure = "Are you sure you want to continue connecting (yes/no/[fingerprint])? ";
  const authenticity = (name: string) =>
    `The authenticity of host '${name} (${name})' can't be established.\n${shown}\n${sure}`;
  const key = { name: "[web]:2222", type: "ED25519", fingerprint: "SHA256:abc/d+e" };
  assert.deepEqual(read(authenticity("[web]:2222")), { kind: "trust", key });
  assert.deepEqual(read(authenticity("gate")), {
    kind: "trust",
    key: { ...key, name: "gate" },
    hop: "gate",
  });
  assert.deepEqual(read("Confirm user presence for key X", "none"), { kind: "notice" });
  assert.deepEqual(read("Allow use of key /k?", "confirm"), { kind: "refusal" });
  assert.deepEqual(read("Delete everything (yes/no)?"), { kind: "refusal" });
});
