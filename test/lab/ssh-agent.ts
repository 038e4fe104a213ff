// A real ssh-agent for one test.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { access } from "node:fs/promises";
import path from "node:path";
import { makeTemporaryFolder, removeFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";
import { runCommand } from "./run-command.ts";

export type SshAgent = {
  /** What SSH_AUTH_SOCK has to say. */
  socket: string;
  add(keyFile: string): Promise<void>;
  stop(): Promise<void>;
};

/** Starts an agent that holds these keys. */
export async function startSshAgent(keyFiles: readonly string[] = []): Promise<SshAgent> {
  const folder = await makeTemporaryFolder("re-ops-agent-");
  const socket = path.join(folder, "agent");
  const child = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
  const agent: SshAgent = {
    socket,
    add: async (file) => {
      await runCommand("ssh-add", ["-q", file], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
    },
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill();
        await once(child, "exit");
      }
      await removeFolder(folder);
    },
  };
  await until("the ssh-agent's socket", () => access(socket).then(() => true));
  for (const file of keyFiles) await agent.add(file);
  return agent;
}
