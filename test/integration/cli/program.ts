// A user's program for the tests of the command line: pipelines that end in every way, on hosts of a real sshd.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { createKey } from "../../lab/keys.ts";
import { writeKnownHosts } from "../../lab/known-hosts.ts";
import { describeSshConfig } from "../../lab/ssh-config.ts";
import type { LabHost } from "../../lab/sshd.ts";
import { startSshHosts } from "../../lab/ssh-hosts.ts";
import { commandLine, type CommandLine } from "../../support/cli.ts";
import { type Ending, temporaryFolder } from "../../support/temporary.ts";

export type Shell = CommandLine & {
  hosts: readonly LabHost[];
  /** The hosts stop where they stand, and say nothing more. */
  freeze(): Promise<void>;
};

const PROGRAM = `import { exec, Hosts, ls, pick, pretty, run, successful, failed } from "re-ops";

const web = new Hosts({}, ["web-1", "web-2"]);

export const main = () => run(exec(web, "echo $RE_OPS_HOST"), pretty("names"));
export const listing = ls(web, "/");
export const away = () => run(exec(web, "[ $RE_OPS_HOST = host-127-0-1-1 ] || exit 3"), pick(successful), pretty());
export const notMet = () => run(ls(web, "/"), pick(() => false), pretty());
export const nobodyFailed = () => run(ls(web, "/"), pick(failed), exec("never"));
export const quiet = async () => { await run(exec(web, "exit 3")); };
export const throws = () => { throw new TypeError("no such switch"); };
export const rejects = async () => JSON.parse("{");
export const broken = () => run(ls(web, "/"), () => undefined as never);
export const unheard = () => { void run(ls(web, "/"), () => undefined as never); };
export const later = () => { setTimeout(() => void run(exec(web, "echo late"), pretty("late")), 10); };
export const uncaught = () => { setTimeout(() => { throw new RangeError("late"); }, 10); };
export const exits = async () => { await main(); process.exit(0); };
export const exitsAfterFailure = async () => { await quiet(); process.exit(0); };
export const exitsMeanwhile = () => { void run(exec(web, "sleep 1")); setImmediate(() => process.exit(0)); };
export const chatters = async () => { for (let i = 0; i < 100_000; i++) console.log("line", i); await quiet(); };
export const talks = () => { console.log("to out"); console.error("to err"); return { answer: 42 }; };
export const greets = (...words: string[]) => words;
export const repl = () => String(import.meta.repl);
export const large = () => run(exec(web, "yes 0123456789 | head -c 400000"));
export const sleeps = () => run(exec(web, "echo $$ > ~/pid; sleep 300 & wait"), pretty("sleeps"));
export const queued = () => run(exec(new Hosts({}, ["web-1", "web-2"], { concurrency: 1 }), "echo $$ > ~/pid; sleep 300 & wait"));
export const stuck = () => (console.log("here"), new Promise<never>(() => setInterval(() => {}, 1000)));
`;

/** The line on which an export of the program begins. */
export function lineOfExport(name: string): number {
  return PROGRAM.split("\n").findIndex((line) => line.startsWith(`export const ${name} `)) + 1;
}

/** A project folder with the program in it, and two hosts that it reaches as \`web-1\` and \`web-2\`. */
export async function openShell(t: Ending): Promise<Shell> {
  const folder = await temporaryFolder(t);
  const key = await createKey(path.join(folder, "id_ed25519"));
  const lab = await startSshHosts(2, { authorized: [key.publicKeyLine] });
  t.after(() => lab.stop());
  const knownHostsFile = path.join(folder, "known_hosts");
  await writeKnownHosts(knownHostsFile, lab.known);
  const aliases = lab.hosts.map(({ address, port }, index) => ({
    alias: `web-${index + 1}`,
    host: address,
    port,
    keyFile: key.file,
    knownHostsFile,
  }));
  const config = path.join(folder, "config");
  const unknownKey = await createKey(path.join(folder, "unknown"));
  const [open] = aliases;
  const locked = open === undefined ? [] : [{ ...open, alias: "locked", keyFile: unknownKey.file }];
  await writeFile(config, describeSshConfig([...aliases, ...locked]));
  const shell = await commandLine(t, { RE_OPS_SSH_CONFIG: config });
  await shell.write("program.ts", PROGRAM);
  await shell.write("re-ops.config.json", "{}");
  const freeze = async () => {
    for (const server of lab.servers) await server.freeze();
  };
  return { ...shell, hosts: lab.hosts, freeze };
}
