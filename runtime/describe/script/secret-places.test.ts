// Where a secret may stand in `sh`: as a word that the shell's own printf prints, and nowhere where ps or the environment shows it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { exec, Hosts, secret, sh, type Script } from "../../public.ts";
import { STAND_IN, word } from "./script.ts";

const token = secret("token");

const taken: readonly [string, () => Script][] = [
  ["as it comes", () => sh`printf %s ${token} | docker login --password-stdin`],
  ["with a format in quotes", () => sh`printf '%s\n' ${token} >/root/token`],
  ["beside other words", () => sh`printf "%s:%s" ${"user"} ${token} | chpasswd`],
  ["beside text", () => sh`printf %s user:${token}`],
  ["in a later command", () => sh`cd /tmp && umask 077; printf %s ${token} > token 2>&1`],
  ["after a redirection", () => sh`printf %s 2>&1 ${token}`],
  ["in a condition", () => sh`if printf %s ${token} | grep -q x; then echo yes; fi`],
  ["in a branch", () => sh`case $1 in a) printf %s ${token} ;; esac`],
  ["in a group", () => sh`{ printf %s ${token}; } | cat`],
  ["in a subshell", () => sh`( printf %s ${token} ) | cat`],
  ["in a function", () => sh`give() { printf %s ${token}; }; give | cat`],
  ["after a substitution among its words", () => sh`printf %s%s "$(id -un)" ${token}`],
  [
    "on the next line",
    () => sh`true
printf %s ${token}`,
  ],
  ["in a script in a script", () => sh`set -e; ${sh`printf %s ${token}`} | cat`],
];

for (const [where, make] of taken) {
  test(`a secret may stand ${where}`, () => {
    const { text, secrets = [] } = make();
    assert.equal(secrets.length, 1);
    for (const { at, secret: found } of secrets) {
      assert.equal(text.slice(at, at + STAND_IN.length), STAND_IN);
      assert.equal(found.secret, "token");
    }
  });
}

const refused: readonly [string, () => unknown][] = [
  ["an argument", () => sh`docker login -p ${token}`],
  ["a part of one", () => sh`mysql --password=${token}`],
  ["the command", () => sh`${token}`],
  ["the format", () => sh`printf ${token}`],
  ["an environment", () => sh`TOKEN=${token} deploy`],
  ["an export", () => sh`export TOKEN=${token}`],
  ["a variable", () => sh`TOKEN=${token}`],
  ["an echo, which changes backslashes", () => sh`echo ${token}`],
  ["a printf that is a program", () => sh`env printf %s ${token}`],
  ["another's printf", () => sh`sudo printf %s ${token}`],
  ["a printf by its path", () => sh`/usr/bin/printf %s ${token}`],
  ["an argument made by a substitution", () => sh`deploy "$(printf %s ${token})"`],
  ["a substitution without quotes", () => sh`deploy $(printf %s ${token})`],
  ["after a substitution", () => sh`deploy $(true) printf %s ${token}`],
  ["after a process substitution", () => sh`cat <(true) printf %s ${token}`],
  ["after a command in quotes", () => sh`deploy 'a;' printf %s ${token}`],
  ["after an escaped end", () => sh`deploy \; printf %s ${token}`],
  ["a file name", () => sh`printf %s x > ${token}`],
  ["a nested script's place", () => sh`xargs ${sh`printf %s ${token}`}`],
  ["a nested script in quotes", () => sh`sh -c "${sh`printf %s ${token}`}"`],
  ["an array", () => sh`printf %s ${[token as never]}`],
  ["a word", () => word(token as never)],
  ["exec", () => exec(new Hosts({}, ["a"]), token as never)],
  ["text", () => exec(new Hosts({}, ["a"]), `deploy ${token as unknown as string}`)],
];

for (const [where, make] of refused) {
  test(`a secret is refused as ${where}`, () => {
    assert.throws(make, (error: Error) => {
      assert.equal(error.name, "ProgramError");
      assert.match(error.message, /secret.* - (?:hand it to the program by|give it a hole)/u);
      return true;
    });
  });
}

test("two secrets keep their places, also in a script that stands in another one twice", () => {
  const inner = sh`printf %s ${token}; printf %s ${secret("other", { env: "X" })}`;
  const { text, secrets = [] } = sh`äöü 👩‍🚀; ${inner}
${inner}`;
  assert.deepEqual(
    secrets.map(({ secret: one }) => one.secret),
    ["token", "other", "token", "other"],
  );
  for (const { at } of secrets) assert.ok(text.startsWith(STAND_IN, at));
});

test("a secret shows its name, crosses a message as its name and source, and is never text", () => {
  const one = secret("db", { file: "~/db" });
  assert.equal(inspect({ one }), "{ one: secret db }");
  assert.deepEqual(JSON.parse(JSON.stringify(one)), { secret: "db", from: { file: "~/db" } });
  assert.throws(() => one + ("" as never), {
    name: "ProgramError",
    message: /standard input/,
  });
});

test("a secret says what it is called and where it is, never what it is", () => {
  const given: readonly unknown[] = ["hunter22", {}, { env: "" }, { env: "A", file: "b" }, null];
  for (const from of given) {
    assert.throws(() => secret("x", from as never), /never the value itself/);
  }
  for (const name of ["", " x", "a\nb", "x".repeat(101), 7]) {
    assert.throws(() => secret(name as never), /one short line/);
  }
});

test("hosts keep secrets as secrets, and refuse a password in clear", () => {
  const hosts = new Hosts({ password: token, sudo: { password: token, user: "postgres" } }, ["a"]);
  assert.match(inspect(hosts.auth), /password: secret token/);
  const again = new Hosts(JSON.parse(JSON.stringify(hosts.auth)) as typeof hosts.auth, ["a"]);
  assert.equal(inspect(again.auth), inspect(hosts.auth));
  assert.throws(
    () => new Hosts({ password: "x" as never }, ["a"]),
    /password of a Hosts is a string/,
  );
  assert.throws(() => new Hosts({ sudo: { password: "x" as never } }, ["a"]), /password of sudo/);
  assert.throws(() => new Hosts({ sudo: { user: "-i" } }, ["a"]), /user of sudo/);
  assert.throws(() => new Hosts({ sudo: "root" as never }, ["a"]), /sudo is 'root'/);
});
