// scp and rsync as those who know them copy to many hosts: one for each host under xargs, over connections that are kept.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import { type Fleet, sshWords } from "../fanout/fleet.ts";
import type { Masters } from "../fanout/masters.ts";
import type { Measurement } from "../frame/interleave.ts";
import { COPIED, type Payload } from "./payload.ts";

export const peers = {
  scp: { program: "scp", debianPackage: "openssh-client" },
  rsync: { program: "rsync", debianPackage: "rsync" },
} as const;

interface PeerWay {
  readonly name: string;
  /** The program that has to be there. */
  readonly needs: keyof typeof peers;
  readonly against: string;
  /** The words for one host. */
  words(ssh: readonly string[], from: string, to: string): readonly string[];
}

export const peerWays: readonly PeerWay[] = [
  {
    name: "scp, kept",
    needs: "scp",
    against: "xargs -P with scp over ControlMaster",
    words: (ssh, from, to) => ["scp", "-q", "-p", ...ssh, from, to],
  },
  {
    name: "rsync, kept",
    needs: "rsync",
    against: "xargs -P with rsync over ControlMaster",
    words: (ssh, from, to) => ["rsync", "-p", "-e", ["ssh", ...ssh].join(" "), from, to],
  },
];

interface Ground {
  readonly fleet: Fleet;
  readonly masters: Masters;
  /** Holds a folder for each address. */
  readonly targets: string;
  readonly payload: Payload;
}

export async function measurePeer(
  { needs, words }: PeerWay,
  { fleet, masters, targets, payload }: Ground,
): Promise<Measurement> {
  const { addresses, user } = fleet;
  // The port is that of the kept connection; scp has another letter for it.
  const ssh = [...sshWords(fleet), ...masters.words].map((word) =>
    needs === "scp" && word === "-p" ? "-P" : word,
  );
  const to = `${user}@{}:${path.join(targets, "{}", COPIED)}`;
  const all = ["-P", String(addresses.length), "-I", "{}", ...words(ssh, payload.file, to)];
  const started = performance.now();
  const child = spawn("xargs", all, { stdio: ["pipe", "ignore", "pipe"] });
  child.stdin.end(addresses.map((address) => `${address}\n`).join(""));
  const closed = once(child, "close");
  const err = await text(child.stderr);
  const [code] = (await closed) as [number | null];
  const value = performance.now() - started;
  const wrong = await payload.findWrong();
  if (code === 0 && wrong === undefined) return { value };
  return { value, wrong: `exit code ${code}, ${wrong ?? "files right"}\n${err.slice(0, 1000)}` };
}
