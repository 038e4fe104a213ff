// Which OpenSSH the system has, as far as it decides whom we may believe.
import { askProgram } from "../../ask-program.ts";
import type { Environment } from "../../transport.ts";

const PATIENCE_MS = 10_000;
/** From here on `ssh` puts `(user@host)` before what a host asks: nobody can pass for ssh itself, and get what is meant for it. */
const MARKS_PROMPTS_OF_HOSTS = 8.5;

export async function marksPromptsOfHosts(environment: Environment): Promise<boolean> {
  const { out, err } = await askProgram("ssh", ["-V"], { environment, timeoutMs: PATIENCE_MS });
  const version = /OpenSSH_(?:for_Windows_)?(\d+\.\d+)/u.exec(`${out}${err}`)?.[1];
  return Number(version ?? 0) >= MARKS_PROMPTS_OF_HOSTS;
}
