// ssh_config read without ssh: as `ssh -G` reads it, but that nothing in it is ever run, and that no file of it can keep us busy.
import assert from "node:assert/strict";
import { access, mkdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import {
  type RandomConfigs,
  assertReadAsBySsh,
} from "../../../../../test/lab/random-ssh-configs.ts";
import { temporaryFolder } from "../../../../../test/support/temporary.ts";
import { ConnectionError } from "../../../host-errors.ts";
import { readConfig } from "./read-config.ts";
import { type SshSettings, readSettings } from "./settings.ts";
import { expandPath } from "./tokens.ts";

async function read(folder: string, text: string, alias: string, user?: string) {
  const file = path.join(folder, "config");
  await writeFile(file, text);
  return readConfig({ alias, user }, { RE_OPS_SSH_CONFIG: file });
}

test("Match exec is never run: its block is left out, and the answer says so", async (t) => {
  const folder = await temporaryFolder(t);
  const planted = path.join(folder, "planted");
  const { settings, note } = await read(
    folder,
    `Match host box exec "touch ${planted}"\n  Port 1\nMatch !exec "touch ${planted}"\n  Port 2\nHost *\n  Port 3\n`,
    "box",
  );
  assert.equal(settings.port, 3);
  assert.match(note ?? "", /without ssh.*left out: Match host box exec/u);
  await assert.rejects(access(planted));
});

test("files that include themselves, or are huge, are refused and do not hang", async (t) => {
  const folder = await temporaryFolder(t);
  const refused = (error: unknown) => error instanceof ConnectionError && error.kind === "refused";
  await assert.rejects(read(folder, `Include ${folder}/config\n`, "box"), refused);
  await mkdir(path.join(folder, "many"));
  const line = "Host nobody\n";
  for (const name of ["a", "b", "c"]) {
    await writeFile(path.join(folder, "many", name), line.repeat(40_000));
  }
  await assert.rejects(read(folder, `Include ${folder}/many/*\n`, "box"), /more than 100000/u);
  const both = `Include ${folder}/config\n`.repeat(20);
  await assert.rejects(read(folder, both, "box"), refused);
});

test("names that are options or more than a word are refused", async (t) => {
  const folder = await temporaryFolder(t);
  for (const alias of ["-oProxyCommand=id", "a b", "$(id)", "a;b", "a\nb", ""]) {
    await assert.rejects(read(folder, "Port 22\n", alias), ConnectionError, alias);
  }
  await assert.rejects(read(folder, "HostName -oProxyCommand=id\n", "box"), ConnectionError);
});

const CONFIGS: RandomConfigs = {
  names: ["web1", "web2", "db.example.com", "10.0.0.7", "Web1"],
  namesPerFile: { minLength: 1, maxLength: 1 },
  users: [undefined, "alice"],
  patterns: ["*", "web*", "web?", "!web1", "10.*", "*.example.com", "*.net"],
  lines: [
    "HostName %h.example.org",
    "HostName=DB.Example.net",
    "User alice",
    "Port=2201",
    "  port 2202 # why",
    "IdentityFile ~/.ssh/%h",
    'IdentityFile "/a b/c"',
    "UserKnownHostsFile ~/.ssh/known.%k /tmp/other",
    "HostKeyAlias shared",
    "ProxyJump jump,other:22",
    "ProxyJump none",
    "ProxyCommand nc %h %p # not a comment",
    "Match all",
    "Match user alice",
    "Match !user alice host web*,db.*",
    "Match originalhost web1",
    "Match final all",
    "IdentitiesOnly yes",
    "AddressFamily inet6",
    "Ciphers +aes128-cbc",
    "# a comment",
    "",
  ],
  numRuns: 100,
};

/** All that does not come from what ssh itself has for granted. */
function comparable(settings: SshSettings | undefined, alias: string) {
  if (settings === undefined) return "refused";
  const { hostname, user, port, proxyjump, proxycommand, identityfile, hostkeyalias } = settings;
  const { userknownhostsfile, identitiesonly, addressfamily } = settings;
  const chosen = identityfile.filter((file) => !file.startsWith("~/.ssh/id_"));
  const names = { hostname, user, port, hostkeyalias, addressfamily, identitiesonly };
  const environment = { HOME: homedir() };
  const known = userknownhostsfile.map((file) => expandPath(file, alias, settings, environment));
  const jumps = proxyjump?.replace(/:22$/u, "");
  return { ...names, jumps, proxycommand, chosen, known };
}

test("random files: the same answer as ssh -G", async (t) => {
  await assertReadAsBySsh(
    t,
    CONFIGS,
    (file) => async (alias, user) => {
      const { settings } = await readConfig({ alias, user }, { RE_OPS_SSH_CONFIG: file });
      return comparable(settings, alias);
    },
    (printed, alias) => comparable(readSettings(printed).data, alias),
  );
});
