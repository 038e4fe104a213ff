// What the command line and scripts ask on their terminal: without echo, again when it was wrong, and nobody where there is no terminal.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { commandLine } from "../../support/cli.ts";
import { startOnTerminal } from "../../support/terminal.ts";
import type { Ending } from "../../support/temporary.ts";
import { type LabOptions, startLab } from "../server/lab-host.ts";
import { makeProject } from "../server/project.ts";

const SECRET = "correct horse";
const PROGRAM = `import { exec, Hosts, pretty, run } from "re-ops";
export const main = () => run(exec(new Hosts({}, ["lab"]), "echo on $RE_OPS_HOST"), pretty());
`;
const MAIN = path.resolve(import.meta.dirname, "../../../runtime/cli/main.ts");

async function openShell(t: Ending, options: LabOptions) {
  const lab = await startLab(t, options);
  const shell = await commandLine(t, { RE_OPS_SSH_CONFIG: lab.config });
  await shell.write("re-ops.config.json", "{}");
  await shell.write("program.ts", PROGRAM);
  await shell.write("script.ts", `${PROGRAM}await main();\n`);
  const where = { cwd: shell.folder, env: { ...shell.environment, TERM: "xterm" } };
  const onTerminal = (...words: string[]) =>
    startOnTerminal(t, [process.execPath, ...words].map((word) => `'${word}'`).join(" "), where);
  return { ...lab, shell, where, onTerminal };
}

for (const [name, words] of Object.entries({
  "re-ops run": [MAIN, "run", "program.ts"],
  "a plain script": ["script.ts"],
})) {
  test(`${name} asks for a passphrase without echo, and again when it was wrong`, async (t) => {
    const { onTerminal, key, sshd } = await openShell(t, { passphrase: SECRET });
    const program = onTerminal(...words);
    await program.untilShown(/Passphrase of /u);
    program.type("wrong one\n");
    await program.untilShown(/That was wrong\. Passphrase of /u);
    program.type(`${SECRET}x\u007F\n`); // a key too many, and backspace
    await program.untilShown(/✔ lab/u);
    assert.equal(await program.ended, 0);
    assert.ok(program.shown().includes(key.file));
    assert.ok(program.shown().includes(`root@127.0.0.1:${String(sshd.port)}`));
    assert.doesNotMatch(program.shown(), /correct|wrong one/u);
  });
}

test("Ctrl+C at a question ends the program as it does anywhere; Ctrl+D declines", async (t) => {
  const { onTerminal } = await openShell(t, { passphrase: SECRET });
  const interrupted = onTerminal(MAIN, "run", "program.ts");
  await interrupted.untilShown(/Passphrase of /u);
  interrupted.type("\u0003");
  await interrupted.untilShown(/stopping what runs on the hosts/u);
  await interrupted.untilShown(/x lab - cancelled while connecting/u);
  assert.equal(await interrupted.ended, 1);
  const declined = onTerminal(MAIN, "run", "program.ts");
  await declined.untilShown(/Passphrase of /u);
  declined.type("\u0004");
  await declined.untilShown(/needs a passphrase, and it was not given/u);
  assert.notEqual(await declined.ended, 0);
});

test("a host key is listed and trusted by a yes, and by nothing else", async (t) => {
  const { onTerminal, sshd, knownHostsFile } = await openShell(t, { isKnown: false });
  const hesitant = onTerminal(MAIN, "run", "program.ts");
  await hesitant.untilShown(/\(yes\/no\) /u);
  hesitant.type("y\n");
  await hesitant.untilShown(/that is none of the answers; trust it\? \(yes\/no\) /u);
  hesitant.type("no\n");
  await hesitant.untilShown(/was not trusted/u);
  await hesitant.ended;
  assert.equal(await readFile(knownHostsFile, "utf8"), "");
  const sure = onTerminal(MAIN, "run", "program.ts");
  await sure.untilShown(/\(yes\/no\) /u);
  assert.ok(sure.shown().includes(`ssh-ed25519 ${sshd.hostKeyFingerprint}`));
  sure.type("yes\n");
  await sure.untilShown(/✔ lab/u);
  assert.equal(await sure.ended, 0);
  assert.ok((await readFile(knownHostsFile, "utf8")).includes(sshd.publicKeyLine));
});

test("of several host keys those are trusted whose numbers are typed", async (t) => {
  const { onTerminal, shell, config, knownHostsFile } = await openShell(t, { isKnown: false });
  const names = ["one", "two", "three"];
  const known = await readFile(config, "utf8");
  const block = (name: string) =>
    `${known.replace("Host lab", `Host ${name}`)}  HostKeyAlias ${name}\n`;
  await writeFile(config, names.map(block).join(""));
  await shell.write("program.ts", PROGRAM.replace('["lab"]', JSON.stringify(names)));
  const program = onTerminal(MAIN, "run", "program.ts");
  await program.untilShown(/ 1 {2}one .* 2 {2}three .* 3 {2}two .*or numbers, such as 1,3/su);
  program.type("1,4\n");
  await program.untilShown(/that is none of the answers; which of them/u);
  program.type("2-3\n");
  await program.untilShown(/x one - the unknown host key .* was not trusted/u);
  await program.ended;
  const trusted = (await readFile(knownHostsFile, "utf8")).trim().split("\n");
  const trustedNames = trusted.map((line) => line.split(" ")[0] ?? "");
  assert.deepEqual(new Set(trustedNames), new Set(["three", "two"]));
});

test("without a terminal nobody is asked", async (t) => {
  const { shell } = await openShell(t, { passphrase: SECRET });
  // A session of its own has no terminal, whatever the test was started from.
  const words = ["--wait", process.execPath, MAIN, "run", "program.ts"];
  const { out } = await shell.startProgram("setsid", words).ended;
  assert.match(out, /needs an answer .* nobody is there to be asked/u);
});

test("`re-ops eval` in the server of a window asks on its own terminal", async (t) => {
  const lab = await startLab(t, { passphrase: SECRET });
  const project = await makeProject(t);
  const environment = { ...project.environment, RE_OPS_SSH_CONFIG: lab.config, TERM: "xterm" };
  await project.connect({ environment });
  const code = 'run(exec(new Hosts({}, ["lab"]), "echo on $RE_OPS_HOST"))';
  const command = `'${process.execPath}' '${MAIN}' eval '${code}'`;
  const where = { cwd: project.folder, env: environment };
  const program = startOnTerminal(t, command, where);
  await program.untilShown(/Passphrase of /u);
  program.type(`${SECRET}\n`);
  await program.untilShown(/1 ok/u);
  assert.equal(await program.ended, 0);
  assert.doesNotMatch(program.shown(), /correct/u);
});
