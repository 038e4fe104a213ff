// Two network namespaces with a slow link between them: what runs in the near one reaches the far one only after a delay each way.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { randomBytes } from "node:crypto";
import type { Ending } from "../support/temporary.ts";
import { runCommand } from "./run-command.ts";

export interface SlowLink {
  /** Names of the namespaces, for `ip netns exec`. */
  readonly near: string;
  readonly far: string;
  /** The address of the far end. */
  readonly farAddress: string;
}

const NEAR_ADDRESS = "10.63.97.1";
const FAR_ADDRESS = "10.63.97.2";

/** Needs root. Each packet takes `delayMs` on its way, so a round trip takes twice that. */
export async function startSlowLink(context: Ending, delayMs: number): Promise<SlowLink> {
  const name = `re-ops-${randomBytes(3).toString("hex")}`;
  const [near, far] = [`${name}-near`, `${name}-far`];
  for (const namespace of [near, far]) {
    await runCommand("ip", ["netns", "add", namespace]);
    context.after(async () => void (await runCommand("ip", ["netns", "del", namespace])));
  }
  const program = path.join(import.meta.dirname, "slow-link.py");
  const words = [program, near, NEAR_ADDRESS, far, FAR_ADDRESS, String(delayMs)];
  const child = spawn("python3", words, { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  context.after(async () => {
    child.kill("SIGTERM");
    await exited;
  });
  const ready = once(child.stdout, "data").then(() => true);
  if (!(await Promise.race([ready, exited.then(() => false)]))) {
    throw new Error("the slow link did not start: it needs root, /dev/net/tun and python3");
  }
  return { near, far, farAddress: FAR_ADDRESS };
}
