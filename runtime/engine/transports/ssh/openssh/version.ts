// Which OpenSSH the system has, as far as it decides whom we may believe.
import { execFile } from "node:child_process";
import type { Environment } from "../../transport.ts";

const PATIENCE_MS = 10_000;
/** From here on `ssh` puts `(user@host)` before what a host asks: nobody can pass for ssh itself, and get what is meant for it. */
const MARKS_PROMPTS_OF_HOSTS = 8.5;

export async function marksPromptsOfHosts(environment: Environment): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const options = { env: { ...environment }, timeout: PATIENCE_MS };
  execFile("ssh", ["-V"], options, (_failure, out, err) => resolve(`${out}${err}`));
  const version = /OpenSSH_(?:for_Windows_)?(\d+\.\d+)/u.exec(await promise)?.[1];
  return Number(version ?? 0) >= MARKS_PROMPTS_OF_HOSTS;
}
