// ProxyCommand: run as OpenSSH runs it, ended with its connection, told when it fails, and never fed a name that is more than a word.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { access } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { PASS_ON } from "../../lab/pass-on.ts";
import { processesWith } from "../../support/processes.ts";
import { until } from "../../support/until.ts";
import { makeLabReach, runProgram, startTrustedHost } from "./lab-reach.ts";

const OK = { kind: "exited", code: 0 };

test("a ProxyCommand carries the connection, also for a program that ends by itself, and ends with it", async (t) => {
  const mark = `RE_OPS_MARK=${randomBytes(8).toString("hex")}`;
  const lab = await makeLabReach(t, { RE_OPS_MARK: mark.slice("RE_OPS_MARK=".length) });
  const { sshd, auth } = await startTrustedHost(t, lab);
  await lab.configure(`Host inner\n  HostName ${sshd.host}\n  ProxyCommand ${PASS_ON}\n`);
  const ran = await Promise.all([
    lab.run("inner", "echo one", { auth }),
    lab.run("inner", "head -c 300000 /dev/zero | wc -c", { auth }),
  ]);
  assert.deepEqual(
    ran.map(({ end, out }) => [end, out.trim()]),
    [
      [OK, "one"],
      [OK, "300000"],
    ],
  );
  assert.equal(sshd.opened(), 1);
  assert.deepEqual((await lab.run(sshd.host, "true", { auth })).end, OK);
  assert.equal(sshd.opened(), 2, "another way is another connection");
  assert.ok((await processesWith(mark)).length > 0);
  const { stdout } = await runProgram(lab, "inner", "sleep 1; echo done", auth);
  assert.equal(stdout, "done\n\nexited 1\n");
  await lab.reach.dispose();
  await until("the commands to be gone", async () => (await processesWith(mark)).length === 0);
});

test("a ProxyCommand that fails, or dies in mid-command, says so in its own words", async (t) => {
  const lab = await makeLabReach(t);
  const { sshd, auth } = await startTrustedHost(t, lab);
  await lab.configure(
    `Host broken\n  ProxyCommand sh -c "echo no way to %h:%p for %r, 100%% >&2; exit 7"
Host absent
  ProxyCommand /no/such/program %h
Host dying
  HostName ${sshd.host}
  ProxyCommand ${PASS_ON.replace("exec", () => `echo $$ >${lab.folder}/pid; exec`)}\n`,
  );
  const { end } = await lab.run("broken", "true", { auth: { user: "me", port: 99 } });
  assert.deepEqual(end, {
    kind: "unreachable",
    message:
      "its ProxyCommand ended with code 7: no way to broken:99 for me, 100% while waiting for its SSH banner (me@broken:99)",
    next: `run the command by hand to see why: sh -c "echo no way to broken:99 for me, 100% >&2; exit 7"`,
  });
  const absent = (await lab.run("absent", "true")).end;
  assert.match("message" in absent ? absent.message : "", /ended with code 127: .*not found/u);
  const died = (
    await lab.run("dying", `echo up; sleep 0.1; kill -KILL -$(cat ${lab.folder}/pid); sleep 300`, {
      auth,
    })
  ).end;
  assert.equal(died.kind, "unknown");
  assert.match("message" in died ? died.message : "", /: its ProxyCommand ended with SIGKILL; it/u);
});

test("names that are more than a word to a shell never reach a ProxyCommand", async (t) => {
  const lab = await makeLabReach(t);
  const planted = path.join(lab.folder, "planted");
  await lab.configure(
    `Host named\n  HostName $(touch\${IFS}${planted})
Host dashed
  HostName -oProxyCommand=touch\${IFS}${planted}
Host user
  User $(touch\${IFS}${planted})
Host token
  ProxyCommand touch ${planted}; echo %z
Host *
  ProxyCommand echo %h %n %p %r\n`,
  );
  for (const host of ["named", "dashed", "user", "token"]) {
    const { end } = await lab.run(host, "true");
    assert.equal(end.kind, "refused", JSON.stringify(end));
  }
  for (const user of [`;touch ${planted};`, "-oProxyCommand=x", "a b", "`id`", "a\nb"]) {
    const { end } = await lab.run("plain", "true", { auth: { user } });
    assert.equal(end.kind, "refused", JSON.stringify(end));
  }
  await assert.rejects(access(planted));
});
