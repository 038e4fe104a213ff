// A real ssh-agent for one test, and one that hangs.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type Socket, connect, createServer } from "node:net";
import path from "node:path";
import type { TestContext } from "node:test";
import { makeTemporaryFolder, removeFolder, temporaryFolder } from "../support/temporary.ts";
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
  await until("the ssh-agent to listen", async () => {
    const asker = connect(socket); // Its file is there a moment earlier.
    await once(asker, "connect");
    asker.destroy();
    return true;
  });
  for (const file of keyFiles) await agent.add(file);
  return agent;
}

export type SilentAgent = {
  /** What SSH_AUTH_SOCK has to say. */
  socket: string;
  /** How many have asked it so far. */
  opened(): number;
  /** How many of them still wait. */
  openConnections(): number;
};

/** Accepts and never says a word. */
export async function startSilentAgent(t: TestContext): Promise<SilentAgent> {
  const socket = path.join(await temporaryFolder(t), "agent");
  const open = new Set<Socket>();
  let opened = 0;
  const server = createServer((asker) => {
    opened += 1;
    open.add(asker);
    asker.resume().on("close", () => open.delete(asker));
  });
  server.listen(socket);
  await once(server, "listening");
  t.after(async () => {
    for (const asker of open) asker.destroy();
    server.close();
    await once(server, "close");
  });
  return { socket, opened: () => opened, openConnections: () => open.size };
}
