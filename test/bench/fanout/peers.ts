// What others do the same with, each as those who know it call it: at its own defaults but for the fan-out, with the options that ssh needs.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import { findWrong, readAnsibleLines, readPrefixedLines } from "../frame/collected.ts";
import type { Measurement } from "../frame/interleave.ts";
import { type Fleet, sshWords } from "./fleet.ts";
import type { Masters } from "./masters.ts";

export const peers = {
  pdsh: { program: "pdsh", debianPackage: "pdsh" },
  clush: { program: "clush", debianPackage: "clustershell" },
  ssh: { program: "ssh", debianPackage: "openssh-client" },
  ansible: { program: "ansible", debianPackage: "ansible-core" },
} as const;

/** One way of others: how it is called, and how what it prints is read. */
export interface PeerWay {
  readonly name: string;
  /** The program that has to be there. */
  readonly needs: keyof typeof peers;
  /** How many times as long it must take as ours with connections kept. */
  readonly warmGoal: number;
  /** The same for ours without a connection, where it opens its own. */
  readonly coldGoal?: number;
  /** What it is, for the table. */
  readonly against: string;
  /** Over connections that are kept. */
  readonly kept: boolean;
  call(fleet: Fleet, options: readonly string[], folder: string): Promise<Call>;
}

interface Call {
  readonly program: string;
  readonly words: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  collect(printed: string): Map<string, string[]> | Promise<Map<string, string[]>>;
}

const atDefaults = "at its defaults, a new connection to each host";
const overMasters = "over ControlMaster";

export const peerWays: readonly PeerWay[] = [
  {
    name: "pdsh",
    needs: "pdsh",
    warmGoal: 30,
    coldGoal: 3,
    against: `pdsh ${atDefaults}`,
    kept: false,
    call: callPdsh,
  },
  {
    name: "clush",
    needs: "clush",
    warmGoal: 30,
    coldGoal: 3,
    against: `clush ${atDefaults}`,
    kept: false,
    call: callClush,
  },
  {
    name: "xargs, kept",
    needs: "ssh",
    warmGoal: 3,
    against: `xargs -P with ssh ${overMasters}`,
    kept: true,
    call: callXargs,
  },
  {
    name: "pdsh, kept",
    needs: "pdsh",
    warmGoal: 4,
    against: `pdsh ${overMasters}`,
    kept: true,
    call: callPdsh,
  },
  {
    name: "clush, kept",
    needs: "clush",
    warmGoal: 4,
    against: `clush ${overMasters}`,
    kept: true,
    call: callClush,
  },
  {
    name: "ansible, kept",
    needs: "ansible",
    warmGoal: 18,
    against: `ansible -m raw ${overMasters}`,
    kept: true,
    call: callAnsible,
  },
];

/** `masters` where the way goes over kept connections; `folder` is for its files. */
export async function measurePeer(
  way: PeerWay,
  fleet: Fleet,
  masters: Masters | undefined,
  folder: string,
): Promise<Measurement> {
  const options = [...sshWords(fleet), ...(masters?.words ?? [])];
  const { program, words, environment, input, collect } = await way.call(fleet, options, folder);
  const started = performance.now();
  const child = spawn(program, words, {
    cwd: folder,
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  child.stdin.end(input);
  const closed = once(child, "close");
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await closed) as [number | null];
  const value = performance.now() - started;
  const wrong = findWrong(fleet.expected, await collect(out));
  if (code === 0 && wrong === undefined) return { value };
  return { value, wrong: `exit code ${code}, ${wrong ?? "lines right"}\n${err.slice(0, 1000)}` };
}

function callPdsh(fleet: Fleet, options: readonly string[]): Promise<Call> {
  return Promise.resolve({
    program: "pdsh",
    words: ["-R", "ssh", ...wordsOfBoth(fleet)],
    environment: { PDSH_SSH_ARGS_APPEND: options.join(" ") },
    collect: readPrefixedLines,
  });
}

function callClush(fleet: Fleet, options: readonly string[]): Promise<Call> {
  return Promise.resolve({
    program: "clush",
    words: ["-o", options.join(" ").replaceAll("%", "%%"), ...wordsOfBoth(fleet)],
    collect: readPrefixedLines,
  });
}

function wordsOfBoth({ addresses, user, command }: Fleet): string[] {
  return ["-f", String(addresses.length), "-l", user, "-w", addresses.join(","), command];
}

/** A file for each host's answer, as lines of many hosts through one pipe would mix. */
async function callXargs(
  { addresses, command }: Fleet,
  options: readonly string[],
  folder: string,
): Promise<Call> {
  const answers = path.join(folder, "answers");
  await mkdir(answers, { recursive: true });
  const one = 'exec ssh "$@" >"answers/$0"';
  const words = ["sh", "-c", one, "{}", ...options, "{}", command];
  return {
    program: "xargs",
    words: ["-P", String(addresses.length), "-I", "{}", ...words],
    input: addresses.map((address) => `${address}\n`).join(""),
    collect: () => readAnswers(answers),
  };
}

async function readAnswers(folder: string): Promise<Map<string, string[]>> {
  const hosts = await readdir(folder);
  const lines = hosts.map(async (host): Promise<[string, string[]]> => {
    const answer = await readFile(path.join(folder, host), "utf8");
    await writeFile(path.join(folder, host), ""); // so that no answer of this round passes for one of the next
    return [host, answer.split("\n").slice(0, -1)];
  });
  return new Map(await Promise.all(lines));
}

/** Without a terminal and without colours, as in a script. */
async function callAnsible(
  { addresses, user, command }: Fleet,
  options: readonly string[],
  folder: string,
): Promise<Call> {
  const inventory = path.join(folder, "inventory");
  await writeFile(inventory, addresses.map((address) => `${address}\n`).join(""));
  const forks = String(addresses.length);
  return {
    program: "ansible",
    words: ["all", "-i", inventory, "-u", user, "-f", forks, "-m", "raw", "-a", command],
    environment: {
      ANSIBLE_SSH_ARGS: options.join(" "),
      ANSIBLE_SSH_USETTY: "False",
      ANSIBLE_PIPELINING: "True",
      ANSIBLE_NOCOLOR: "1",
      ANSIBLE_LOCAL_TEMP: path.join(folder, "ansible"),
      ANSIBLE_DEPRECATION_WARNINGS: "False",
    },
    collect: readAnsibleLines,
  };
}
