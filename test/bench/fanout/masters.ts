// Connections of OpenSSH that are kept (ControlMaster), one to each host: what the tools of others reuse.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { killAll, processesWith } from "../../support/processes.ts";
import { type Ending, temporaryFolder } from "../../support/temporary.ts";
import { type Fleet, sshWords } from "./fleet.ts";

export interface Masters {
  /** Words for ssh with which it goes over the kept connection, and over nothing else. */
  readonly words: readonly string[];
}

/** sshd forks for each login, and the machine has few cores. */
const LOGINS_AT_ONCE = 8;

export async function startMasters(context: Ending, fleet: Fleet): Promise<Masters> {
  const folder = await temporaryFolder(context, "re-ops-cm-");
  const mark = `RE_OPS_MASTERS=${folder}`;
  context.after(async () => killAll(await processesWith(mark)));
  const words = ["-o", `ControlPath=${path.join(folder, "%h")}`];
  const waiting = fleet.addresses.values();
  const worker = async () => {
    for (const address of waiting) {
      await startMaster(address, [...sshWords(fleet), ...words], { RE_OPS_MASTERS: folder });
    }
  };
  await Promise.all(Array.from({ length: LOGINS_AT_ONCE }, worker));
  return { words };
}

async function startMaster(
  address: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  // With -f it ends when the connection stands, and another process keeps it.
  const child = spawn("ssh", [...words, "-M", "-N", "-f", address], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...environment },
  });
  const exited = once(child, "exit");
  const said: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => said.push(chunk));
  const [code] = (await exited) as [number | null];
  child.stderr.destroy(); // The process that stays holds its other end.
  if (code !== 0) throw new Error(`no kept connection to ${address}: ${said.join("")}`);
}
