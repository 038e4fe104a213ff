// The files of OpenSSH's client configuration: which there are, whether one has changed, and which of their blocks apply to a host.
// Only the outline is read here; what a block means stays ssh's own business.
import { glob, readFile, stat } from "node:fs/promises";
import { userInfo } from "node:os";
import path from "node:path";
import type { Environment } from "../../transport.ts";
import { namesOfJumps } from "./jump-hosts.ts";
import { matchesPatternList } from "../../../trust/pattern.ts";

/** The lines under one `Host`, or under none. */
interface Block {
  /** Undefined: for every host. */
  readonly patterns?: readonly string[];
  /** Its settings as written, without the name of the host. */
  readonly lines: string[];
  /** The values of `ProxyJump` among them. */
  readonly jumps: string[];
  /** What `HostName` says, when it is a plain name. */
  hostname?: string;
  /** Holds something whose result depends on the name of the host beyond its matching, such as a `%` token. */
  individual: boolean;
}

export interface ConfigFiles {
  /** Every path whose change can change an answer: files, and folders in which an include looks. */
  readonly paths: readonly string[];
  /** Undefined when it depends on more than the host's name, as with `Match`. */
  readonly blocks: readonly Block[] | undefined;
  /** Whether ssh reads everything twice, the second time for the name that `HostName` gave. */
  readonly twice: boolean;
}

/** Hosts of one class have the same settings but for their name, which is `hostname`. */
export interface HostClass {
  readonly name: string;
  readonly hostname: string;
}

/** Names that ssh takes as they are: no upper case, user@host, ssh://, scope of IPv6, leading dash. */
const PLAIN_NAME = /^[a-z0-9_:][a-z0-9._:-]*$/u;

/** Undefined when the host has to be asked about by itself. `jump` are jump hosts that come before those of its own. */
export function classOf(files: ConfigFiles, host: string, jump?: string): HostClass | undefined {
  if (files.blocks === undefined || !PLAIN_NAME.test(host)) return undefined;
  const lines: string[] = [];
  const jumps = jump === undefined ? [] : [jump];
  let hostname: string | undefined;
  for (const block of files.blocks) {
    if (block.patterns !== undefined && !matchesPatternList(host, block.patterns)) continue;
    if (block.individual) return undefined;
    lines.push(...block.lines);
    jumps.push(...block.jumps);
    hostname ??= block.hostname;
  }
  if (files.twice && hostname !== undefined) return undefined;
  // ssh refuses a host that is its own jump host.
  const isJump = [host, hostname ?? host].some((name) =>
    jumps.some((one) => namesOfJumps(one).includes(name)),
  );
  return isJump ? undefined : { name: lines.join("\n"), hostname: hostname ?? host };
}

/** Reads the outline of all files that ssh would read. */
export async function readConfigFiles(environment: Environment): Promise<ConfigFiles> {
  const reading: Reading = { paths: new Set(), blocks: [], plain: true, twice: false };
  for (const root of rootsFor(environment)) await readOne(root.file, root.folder, reading, 0);
  return {
    paths: [...reading.paths],
    blocks: reading.plain ? reading.blocks : undefined,
    twice: reading.twice,
  };
}

/** Changes when one of the paths does. */
export async function stampOf(paths: readonly string[]): Promise<string> {
  const stamps = await Promise.all(
    paths.map((one) =>
      stat(one, { bigint: true }).then(
        ({ mtimeNs, size, ino }) => `${mtimeNs}:${size}:${ino}`,
        () => "absent",
      ),
    ),
  );
  return stamps.join(" ");
}

interface Reading {
  readonly paths: Set<string>;
  readonly blocks: Block[];
  plain: boolean;
  twice: boolean;
}

/** `folder` is where its relative includes are looked for. ssh takes the home folder from the user database, not from HOME. */
export function rootsFor(environment: Environment): { file: string; folder: string }[] {
  const userFolder = path.join(userInfo().homedir, ".ssh");
  const given = environment["RE_OPS_SSH_CONFIG"];
  if (given !== undefined) return [{ file: given, folder: userFolder }];
  return [
    { file: path.join(userFolder, "config"), folder: userFolder },
    { file: "/etc/ssh/ssh_config", folder: "/etc/ssh" },
  ];
}

const DEEPEST_INCLUDE = 16;

async function readOne(file: string, folder: string, reading: Reading, depth: number) {
  reading.paths.add(file);
  if (depth > DEEPEST_INCLUDE) {
    reading.plain = false;
    return;
  }
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch {
    return; // No such file, or none that we may read: ssh itself says so where it matters.
  }
  let block = addBlock(reading);
  for (const line of text.split("\n")) {
    const { keyword, value } = splitLine(line);
    if (keyword === "host") block = addBlock(reading, patternsOf(value, reading));
    else if (keyword === "match") block = addMatch(reading, value);
    else if (keyword === "include") {
      if (block.patterns !== undefined) reading.plain = false;
      await readIncluded(value, folder, reading, depth);
      block = addBlock(reading, block.patterns);
    } else noteLine(block, keyword, value, reading);
  }
}

function addBlock(reading: Reading, patterns?: readonly string[]): Block {
  const everyHost = patterns?.length === 1 && patterns[0] === "*";
  const block: Block = {
    ...(patterns !== undefined && !everyHost && { patterns }),
    lines: [],
    jumps: [],
    individual: false,
  };
  reading.blocks.push(block);
  return block;
}

/** A keyword ends at white space or at one equals sign. */
function splitLine(line: string): { keyword: string; value: string } {
  const parts = /^\s*([^\s=#"]+)\s*=?\s*(.*?)\s*$/u.exec(line);
  return { keyword: parts?.[1]?.toLowerCase() ?? "", value: parts?.[2] ?? "" };
}

function patternsOf(value: string, reading: Reading): readonly string[] {
  if (/["'\\]/u.test(value)) reading.plain = false;
  const words = value.split(/\s+/u);
  const comment = words.findIndex((word) => word.startsWith("#"));
  return comment < 0 ? words : words.slice(0, comment);
}

function addMatch(reading: Reading, value: string): Block {
  if (!/^(?:final\s+)?all$/iu.test(value)) reading.plain = false;
  if (/final/iu.test(value)) reading.twice = true;
  return addBlock(reading);
}

function noteLine(block: Block, keyword: string, value: string, reading: Reading): void {
  if (keyword === "") return;
  if (keyword === "hostname" && PLAIN_NAME.test(value.toLowerCase())) {
    block.hostname ??= value.toLowerCase();
    return;
  }
  if (keyword === "hostname" || value.includes("%")) block.individual = true;
  if (keyword === "canonicalizehostname" && value.toLowerCase() !== "no") reading.plain = false;
  if (keyword === "proxyjump") block.jumps.push(value);
  block.lines.push(`${keyword} ${value}`);
}

async function readIncluded(value: string, folder: string, reading: Reading, depth: number) {
  if (/["'\\$%{]/u.test(value)) reading.plain = false;
  for (const word of value.split(/\s+/u)) {
    if (word.startsWith("~") && !word.startsWith("~/")) reading.plain = false;
    const pattern = path.resolve(folder, word.replace(/^~(?=\/)/u, userInfo().homedir));
    reading.paths.add(path.dirname(pattern));
    for await (const file of glob(pattern)) await readOne(file, folder, reading, depth + 1);
  }
}
