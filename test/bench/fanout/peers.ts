// pdsh and clush as those who know them call them: at their own defaults but for the fan-out, with the options that ssh needs.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { findWrong, readPrefixedLines } from "../frame/collected.ts";
import type { Measurement } from "../frame/interleave.ts";
import type { Fleet } from "./fleet.ts";

export const peers = {
  pdsh: { program: "pdsh", debianPackage: "pdsh" },
  clush: { program: "clush", debianPackage: "clustershell" },
} as const;

export type Peer = keyof typeof peers;

export async function measurePeer(peer: Peer, fleet: Fleet): Promise<Measurement> {
  const { words, environment } = invocations[peer](fleet);
  const started = performance.now();
  const child = spawn(peer, words, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  const closed = once(child, "close");
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await closed) as [number | null];
  const value = performance.now() - started;
  const wrong = findWrong(fleet.expected, readPrefixedLines(out));
  if (code === 0 && wrong === undefined) return { value };
  return { value, wrong: `exit code ${code}, ${wrong ?? "lines right"}\n${err.slice(0, 1000)}` };
}

interface Invocation {
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const invocations: Readonly<Record<Peer, (fleet: Fleet) => Invocation>> = {
  pdsh: (fleet) => ({
    words: ["-R", "ssh", ...wordsOfBoth(fleet)],
    environment: { PDSH_SSH_ARGS_APPEND: sshOptions(fleet) },
  }),
  clush: (fleet) => ({
    words: ["-o", sshOptions(fleet), ...wordsOfBoth(fleet)],
    environment: {},
  }),
};

function wordsOfBoth({ addresses, user, range, command }: Fleet): string[] {
  return ["-f", String(addresses.length), "-l", user, "-w", range, command];
}

/** Nothing of the user's own ssh_config, so that the bench measures the same everywhere. */
function sshOptions(fleet: Fleet): string {
  const { port, keyFile, knownHostsFile } = fleet;
  const options = [
    "IdentitiesOnly=yes",
    "StrictHostKeyChecking=yes",
    `UserKnownHostsFile=${knownHostsFile}`,
  ];
  return `-F none -p ${port} -i ${keyFile} ${options.map((one) => `-o ${one}`).join(" ")}`;
}
