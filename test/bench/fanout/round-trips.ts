// How many round trips a step costs: steps one after another on a host behind a slow link, beside what one round trip takes there.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { createKey } from "../../lab/keys.ts";
import { writeKnownHosts } from "../../lab/known-hosts.ts";
import { runCommand } from "../../lab/run-command.ts";
import { type SlowLink, startSlowLink } from "../../lab/slow-link.ts";
import { startSshd } from "../../lab/sshd.ts";
import { commandLine } from "../../support/cli.ts";
import { type Ending, temporaryFolder } from "../../support/temporary.ts";
import type { Series } from "../frame/interleave.ts";

/** Each way, so that a round trip takes 100 ms. */
const DELAY_MS = 50;

/** Samples are round trips for each step, one sample for each program that was run. */
export async function measureRoundTrips(
  context: Ending,
  { steps, repetitions }: { readonly steps: number; readonly repetitions: number },
): Promise<Series> {
  const name = "round trips";
  const link = await startSlowLink(context, DELAY_MS);
  const program = await writeProgram(context, link, steps);
  const samples: number[] = [];
  for (let round = 0; round < repetitions; round++) {
    const roundTripMs = await measureRoundTripMs(link);
    const { out, err, code } = await program();
    const { ms, answers } = JSON.parse(out === "" ? "{}" : out) as { ms: number; answers: string };
    const expected = Array.from({ length: steps }, (_, index) => `${index}\n`).join("");
    if (code !== 0 || answers !== expected) {
      return { name, samples: [], wrong: `exit code ${code}, answers ${answers}\n${err}` };
    }
    samples.push(ms / steps / roundTripMs);
  }
  return { name, samples };
}

async function writeProgram(context: Ending, { near, far, farAddress }: SlowLink, steps: number) {
  const folder = await temporaryFolder(context, "re-ops-bench-");
  const key = await createKey(path.join(folder, "key"));
  const sshd = await startSshd({
    authorized: [key.publicKeyLine],
    addresses: [farAddress],
    namespace: far,
  });
  context.after(() => sshd.stop());
  const knownHosts = path.join(folder, "known_hosts");
  const { port, publicKeyLine } = sshd;
  await writeKnownHosts(knownHosts, [{ host: farAddress, port, publicKeyLine }]);
  const shell = await commandLine(context, { RE_OPS_SSH_CONFIG: path.join(folder, "ssh_config") });
  const auth = { port, sshKey: key.file };
  await shell.write(
    "program.ts",
    `import { Hosts, exec, run } from "re-ops";
const far = new Hosts(${JSON.stringify(auth)}, ["${farAddress}"]);
export async function main() {
  await run(exec(far, "true"));
  let answers = "";
  const started = performance.now();
  for (let index = 0; index < ${steps}; index++) {
    const { success } = await run(exec(far, \`echo \${index}\`));
    answers += success[0]?.value.out;
  }
  console.log(JSON.stringify({ ms: performance.now() - started, answers }));
}
`,
  );
  await writeFile(path.join(folder, "ssh_config"), `Host *\n  UserKnownHostsFile ${knownHosts}\n`);
  const main = path.join(import.meta.dirname, "../../../runtime/cli/main.ts");
  const words = ["netns", "exec", near, process.execPath, main, "run", "program.ts"];
  return () => shell.startProgram("ip", words).ended;
}

async function measureRoundTripMs({ near, farAddress }: SlowLink): Promise<number> {
  const words = ["netns", "exec", near, "ping", "-q", "-c", "5", "-i", "0.2", farAddress];
  const said = await runCommand("ip", words);
  const average = /= [\d.]+\/([\d.]+)\//u.exec(said)?.[1];
  if (average === undefined) throw new Error(`ping says no average: ${said}`);
  return Number(average);
}
