// Finding keys must agree with `ssh-keygen -F` on random files, and fingerprints with `ssh-keygen -l`.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, test } from "node:test";
import * as fc from "fast-check";
import { type Key, createKey } from "../../../test/lab/keys.ts";
import { runCommand } from "../../../test/lab/run-command.ts";
import { temporaryFolder } from "../../../test/support/temporary.ts";
import { fingerprintOf } from "./host-key.ts";
import { createKnownHostsFiles } from "./known-hosts-files.ts";
import { parseKnownHosts } from "./known-hosts.ts";

const folder = await temporaryFolder({ after });
const keys: readonly Key[] = await Promise.all(
  (["ed25519", "rsa", "ecdsa"] as const).map((type) => createKey(path.join(folder, type), type)),
);

test("fingerprints are those of ssh-keygen", async () => {
  for (const key of keys) {
    const expected = (await runCommand("ssh-keygen", ["-lf", `${key.file}.pub`])).split(" ")[1];
    const blob = (await readFile(`${key.file}.pub`, "utf8")).split(" ")[1] ?? "";
    assert.equal(fingerprintOf(Buffer.from(blob, "base64")), expected);
  }
});

const NAMES = [
  "web",
  "Web",
  "web1",
  "web.example.com",
  "10.0.0.1",
  "[web]:2222",
  "[10.0.0.1]:22",
  "::1",
  "x!y",
];
const name = fc.constantFrom(...NAMES);
const wildcard = fc.constantFrom(
  "*",
  "web*",
  "w?b",
  "!web1",
  "*.example.com",
  "!*",
  "[*]:2222",
  "10.0.?.1",
  "*:*",
  "[*]:*",
  "?*?",
);
/** Whatever can be made of the characters that mean something. */
const oddPattern = fc
  .array(fc.constantFrom("w", "e", "b", "1", ".", "*", "*", "?", "!", "[", "]", ":", "2"), {
    minLength: 1,
    maxLength: 8,
  })
  .map((characters) => characters.join(""));
const hashedName = fc
  .tuple(name, fc.uint8Array({ minLength: 20, maxLength: 20 }))
  .map(([text, salt]) => {
    const hash = createHmac("sha1", salt).update(text).digest("base64");
    return `|1|${Buffer.from(salt).toString("base64")}|${hash}`;
  });
const names = fc.oneof(
  fc
    .array(fc.oneof(name, wildcard, oddPattern), { minLength: 1, maxLength: 4 })
    .map((list) => list.join(",")),
  fc.tuple(name, name).map(([one, other]) => `${one},,${other},`),
  hashedName,
);
const publicKey = fc.constantFrom(...keys.map(({ publicKeyLine }) => publicKeyLine));
const space = fc.constantFrom(" ", "  ", "\t", " \t ");
const lead = fc.constantFrom(
  "",
  "",
  "",
  "@revoked",
  "@cert-authority",
  " @revoked",
  "\t\t@cert-authority",
  "@Revoked",
  "@other",
  "#",
  " ",
  "\t ",
);
const ending = fc.constantFrom(
  "",
  " a comment",
  "\r",
  " ",
  "\t# odd",
  " \r",
  ` ${"long ".repeat(20_000)}`,
);
// Behind a marker OpenSSH wants a space: with a tab it overlooks the line, also `@revoked`; we do not.
const goodLine = fc
  .tuple(lead, names, space, publicKey, ending)
  .map(
    ([mark, list, gap, key, end]) =>
      `${mark}${mark.trim() === "" ? "" : " "}${list}${gap}${key}${end}`,
  );
const badLine = fc.constantFrom(
  "",
  "# nothing",
  "web",
  "web ssh-ed25519",
  "web 1024 35 123456789",
  "web ssh-ed25519 AAAA",
  "web ssh-ed25519 ====",
  `web ${keys[0]?.publicKeyLine.slice(0, -9) ?? ""}`,
  `@revoked @cert-authority web ${keys[0]?.publicKeyLine ?? ""}`,
  `|1|bad|hash ${keys[0]?.publicKeyLine ?? ""}`,
  `@revoked  web ${keys[0]?.publicKeyLine ?? ""}`,
  `@revoked`,
  `@revoked web`,
  `web\u0001 ${keys[0]?.publicKeyLine ?? ""}`,
  `${"x".repeat(1022)},web ${keys[1]?.publicKeyLine ?? ""}`,
  `web,${"x".repeat(1023)} ${keys[1]?.publicKeyLine ?? ""}`,
  `web,!${"*".repeat(1022)}x ${keys[1]?.publicKeyLine ?? ""}`,
  `${"x".repeat(100_000)},web ${keys[1]?.publicKeyLine ?? ""}`,
  `web ssh-rsa ${keys[0]?.publicKeyLine.split(" ")[1] ?? ""}`,
  "\u0000\u0001\u00FF binary",
);
const file = fc.array(fc.oneof({ weight: 5, arbitrary: goodLine }, badLine), { maxLength: 10 });

test("random files: the same lines and keys as ssh-keygen -F, for every name", async () => {
  const where = path.join(folder, "known_hosts");
  await fc.assert(
    fc.asyncProperty(
      file,
      fc.shuffledSubarray(NAMES, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      async (lines, asked, isUnended) => {
        const text = isUnended ? lines.join("\n") : lines.map((line) => `${line}\n`).join("");
        await writeFile(where, text);
        const knownHosts = parseKnownHosts(text, where);
        for (const one of asked) {
          const found = knownHosts.find(one).map(({ line, marker, blob }) => {
            const mark = marker === undefined ? "" : marker === "revoked" ? "REVOKED" : "CA";
            return `${String(line)} ${mark} ${fingerprintOf(blob)}`;
          });
          assert.deepEqual(found, await askKeygen(where, one), `${one} in:\n${text}`);
        }
      },
    ),
    { numRuns: 150 },
  );
});

/** `line marker fingerprint` of each key that ssh-keygen finds. */
async function askKeygen(where: string, one: string): Promise<string[]> {
  // It exits with 1 when it finds nothing.
  const out = await runCommand("sh", [
    "-c",
    'ssh-keygen -l -F "$1" -f "$2" || true',
    "sh",
    one,
    where,
  ]);
  const lines = out.split("\n").filter((line) => line !== "");
  return lines.flatMap((line, index) => {
    const head = /^# Host .* found: line (\d+) ?(\w*)$/u.exec(line);
    if (head === null) return [];
    const print = / (SHA256:\S+)/u.exec(lines[index + 1] ?? "")?.[1] ?? "";
    return [`${head[1] ?? ""} ${head[2] ?? ""} ${print}`];
  });
}

test("a file that means harm costs no more than reading it", async () => {
  const stars = Array.from({ length: 2000 }, () => `${"*".repeat(1000)}x`).join(",");
  const many = Array.from({ length: 10 }, () => `${"w*".repeat(510)}x`).join(",");
  const endless = `web,${"*".repeat(1_000_000)}`;
  const list = Array.from({ length: 100_000 }, () => "*!").join(",");
  const spaces = " \t".repeat(500_000);
  const [key = ""] = keys.map(({ publicKeyLine }) => publicKeyLine);
  const text = [stars, many, list, endless, `web,${stars}`]
    .map((names) => `${names} ${key}\n`)
    .join("");
  const knownHosts = parseKnownHosts(`${text}@${spaces}web ${key}\n${spaces}\n${text}`, "f");
  for (const name of [...NAMES, "w".repeat(1000)]) {
    assert.equal(knownHosts.find(name).length, name.toLowerCase() === "web" ? 2 : 0, name);
  }
  const noise = Buffer.from(Uint8Array.from({ length: 5_000_000 }, (_, at) => (at * 7919) % 256));
  assert.deepEqual(parseKnownHosts(noise.toString(), "f").find("web"), []);
  const device = await createKnownHostsFiles().read(["/dev/zero", folder, "/proc/self/fd"]);
  assert.deepEqual(device.find("web"), []);
});
