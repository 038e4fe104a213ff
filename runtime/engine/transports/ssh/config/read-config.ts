// What ssh_config says about a host, read by ourselves: for a machine without ssh. `Match exec` is never run.
import { glob, readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import path from "node:path";
import { ConnectionError } from "../../../host-errors.ts";
import type { Environment } from "../../transport.ts";
import type { SshAnswer, SshQuestion } from "./ask-ssh.ts";
import { rootsFor } from "./config-files.ts";
import { matchesPatternList } from "../../../trust/pattern.ts";
import { DEFAULT_IDENTITY_FILES, readSettings } from "./settings.ts";

/** As OpenSSH has it. */
const DEEPEST_INCLUDE = 16;
const MOST_LINES = 100_000;
/** What no host is called: it would be an option, several words, or more than a word to a shell. */
const BAD_NAME = /^-|[\s'"`$\\;&<>|(){}]|^$/u;
/** Changes to lists that OpenSSH has by itself, which only ssh knows: ours stand for them. */
const CHANGED_LIST = /^(?:ciphers|macs|kexalgorithms|hostkeyalgorithms) [+^-]/u;
const NOTE = "ssh_config was read without ssh, because there is none on PATH";

/** Rejects with `ConnectionError` when the files cannot be understood. */
export async function readConfig(
  question: SshQuestion,
  environment: Environment,
): Promise<SshAnswer> {
  const { alias, user, port, jump } = question;
  if (BAD_NAME.test(alias)) throw refusal(alias, "the name has characters that no host name has");
  const reading: Reading = {
    alias,
    host: alias,
    isFinal: false,
    values: new Map(),
    skipped: new Set(),
    lines: { left: MOST_LINES, final: false },
  };
  if (user !== undefined) reading.values.set("user", [user]);
  if (port !== undefined) reading.values.set("port", [String(port)]);
  if (jump !== undefined) reading.values.set("proxyjump", [jump]);
  await readAll(reading, environment);
  if (reading.lines.final) {
    const host = hostnameOf(reading);
    reading.values.set("hostname", [host.replaceAll("%", "%%")]); // It is settled by then.
    await readAll({ ...reading, host, isFinal: true }, environment);
  }
  const settings = readSettings(describe(reading));
  if (!settings.success) throw refusal(alias, "a value has a wrong form");
  const skipped = [...reading.skipped].map((what) => `; left out: ${what}`).join("");
  return { settings: settings.data, note: `${NOTE}${skipped}` };
}

interface Line {
  readonly keyword: string;
  /** Without quotes. */
  readonly words: readonly string[];
  /** As written, for what is not made of words. */
  readonly rest: string;
}

interface Reading {
  readonly alias: string;
  /** What `Host` lines are compared with. */
  readonly host: string;
  readonly isFinal: boolean;
  /** The first value of each keyword, and all of those that add up. */
  readonly values: Map<string, string[]>;
  /** What could not be decided. */
  readonly skipped: Set<string>;
  /** How many may still be read, and whether one of them asks for a second reading. */
  readonly lines: { left: number; final: boolean };
}

const ADDING_UP = new Set(["identityfile", "certificatefile"]);
async function readAll(reading: Reading, environment: Environment): Promise<void> {
  for (const { file, folder } of rootsFor(environment)) {
    await readOne({ file, folder, isOpen: true, depth: 0 }, reading);
  }
}

interface File {
  readonly file: string;
  /** Where relative includes are looked for. */
  readonly folder: string;
  /** Whether the block that includes it applies. */
  readonly isOpen: boolean;
  readonly depth: number;
}

async function readOne({ file, folder, isOpen, depth }: File, reading: Reading): Promise<void> {
  if (depth > DEEPEST_INCLUDE) throw refusal(file, "files include each other too deeply");
  let applies = isOpen;
  for (const text of (await readText(file)).split("\n")) {
    reading.lines.left -= 1;
    if (reading.lines.left < 0) throw refusal(file, `there are more than ${MOST_LINES} lines`);
    const line = splitLine(text);
    if (line === undefined) continue;
    const { keyword, words } = line;
    if (keyword === "host") applies = isOpen && matchesPatternList(reading.host, words);
    else if (keyword === "match") applies = matches(line, reading) && isOpen;
    else if (keyword === "include") {
      for (const one of await findIncluded(words, folder)) {
        await readOne({ file: one, folder, isOpen: applies, depth: depth + 1 }, reading);
      }
    } else if (applies && words.length > 0) note(line, reading);
  }
}

async function findIncluded(words: readonly string[], folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const word of words) {
    const pattern = path.resolve(folder, word.replace(/^~(?=\/)/u, userInfo().homedir));
    found.push(...(await Array.fromAsync(glob(pattern))).sort());
  }
  return found;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    return ""; // No such file, or none that we may read: nothing is configured there.
  }
}

function splitLine(text: string): Line | undefined {
  const [, name, rest = ""] = /^\s*([A-Za-z][\w-]*)(?:\s*=\s*|\s+)(.*?)\s*$/u.exec(text) ?? [];
  if (name === undefined) return undefined;
  const words: string[] = [];
  for (const [, quoted, plain] of rest.matchAll(/"([^"]*)"|(\S+)/gu)) {
    if (plain?.startsWith("#") === true) break;
    words.push(quoted ?? plain ?? "");
  }
  return { keyword: name.toLowerCase(), words, rest };
}

function note({ keyword, words, rest }: Line, { values }: Reading): void {
  const value = keyword === "proxycommand" ? rest : words.join(" ");
  const known = values.get(keyword);
  if (ADDING_UP.has(keyword)) {
    if (known?.includes(value) !== true) values.set(keyword, [...(known ?? []), value]);
  } else if (known === undefined && !CHANGED_LIST.test(`${keyword} ${value}`)) {
    if (!isRuledOut(keyword, values)) values.set(keyword, [value]);
  }
}

/** Whichever comes first of the two rules the other out, but that `ProxyJump none` leaves the command alone. */
function isRuledOut(keyword: string, values: Reading["values"]): boolean {
  if (keyword === "proxyjump") return values.has("proxycommand");
  return keyword === "proxycommand" && (values.get("proxyjump")?.[0] ?? "none") !== "none";
}

function matches({ words, rest }: Line, reading: Reading): boolean {
  let isMet = true;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]?.toLowerCase() ?? "";
    const isNegated = word.startsWith("!");
    const criterion = isNegated ? word.slice(1) : word;
    const needsValue = !["all", "final", "canonical"].includes(criterion);
    const value = needsValue ? (words[(index += 1)] ?? "") : "";
    const decided = decide(criterion, value.split(","), reading);
    if (decided === undefined) reading.skipped.add(`Match ${rest}`);
    isMet &&= decided !== undefined && decided !== isNegated;
  }
  return isMet;
}

/** Undefined: cannot be decided here, or must not be tried. */
function decide(
  criterion: string,
  patterns: readonly string[],
  reading: Reading,
): boolean | undefined {
  switch (criterion) {
    case "all":
      return true;
    case "final":
      reading.lines.final = true;
      return reading.isFinal;
    case "canonical":
      return false;
    case "host":
      return matchesPatternList(hostnameOf(reading), patterns);
    case "originalhost":
      return matchesPatternList(reading.alias.toLowerCase(), patterns);
    case "user":
      return matchesPatternList(userOf(reading), patterns);
    case "localuser":
      return matchesPatternList(userInfo().username, patterns);
    default:
      return undefined;
  }
}

function hostnameOf({ alias, values }: Reading): string {
  const [name = alias] = values.get("hostname") ?? [];
  const filled = name.replaceAll(/%([h%])/gu, (_all, token) => (token === "h" ? alias : "%"));
  return filled.toLowerCase();
}

function userOf({ values }: Reading): string {
  return values.get("user")?.[0] ?? userInfo().username;
}

/** As `ssh -G` would write it. */
function describe(reading: Reading): string {
  const values = new Map(reading.values);
  const hostname = hostnameOf(reading);
  if (BAD_NAME.test(hostname)) throw refusal(reading.alias, "HostName is no host name");
  values.set("hostname", [hostname]);
  values.set("user", [userOf(reading)]);
  values.set("port", values.get("port") ?? ["22"]);
  values.set("identityfile", values.get("identityfile") ?? [...DEFAULT_IDENTITY_FILES]);
  return [...values]
    .flatMap(([keyword, all]) => all.map((value) => `${keyword} ${value}`))
    .join("\n");
}

function refusal(what: string, why: string): ConnectionError {
  return new ConnectionError(
    "refused",
    `ssh_config does not say how to reach ${JSON.stringify(what)}: ${why}`,
    "correct the host name or ssh_config, or install ssh, which is asked where it is",
  );
}
