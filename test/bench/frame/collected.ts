// Compares what was collected from the hosts, line by line, with what they must have said.

/** What a host must say: the same text, or a line that fits. */
export type ExpectedLines = ReadonlyMap<string, readonly (string | RegExp)[]>;

/** Says what is wrong first, and on how many hosts; nothing when every line of every host is right. */
export function findWrong(
  expected: ExpectedLines,
  collected: ReadonlyMap<string, readonly string[]>,
): string | undefined {
  const faults = [
    ...[...expected].map(([host, lines]) => findWrongOnHost(host, lines, collected.get(host))),
    ...[...collected.keys()].filter((host) => !expected.has(host)).map(describeStranger),
  ].filter((fault) => fault !== undefined);
  const [first] = faults;
  if (first === undefined) return undefined;
  return faults.length === 1 ? first : `${first} (and ${faults.length - 1} hosts more)`;
}

/** Lines that pdsh and clush print, as `host: line`; everything else they say stands under an empty host. */
export function readPrefixedLines(text: string): Map<string, string[]> {
  const collected = new Map<string, string[]>();
  for (const line of text.split("\n").slice(0, -1)) {
    const [, host = "", rest = line] = /^(\d+\.\d+\.\d+\.\d+): (.*)$/u.exec(line) ?? [];
    const lines = collected.get(host) ?? [];
    collected.set(host, [...lines, rest]);
  }
  return collected;
}

/** What `ansible -m raw` prints: a line that names the host, then its lines, then an empty one. */
export function readAnsibleLines(text: string): Map<string, string[]> {
  const collected = new Map<string, string[]>();
  let said: string[] = [];
  collected.set("", said);
  for (const line of text.split("\n").slice(0, -1)) {
    const [, host] = /^(\S+) \| CHANGED \| rc=0 >>$/u.exec(line) ?? [];
    if (host === undefined) {
      said.push(line);
      continue;
    }
    said = [];
    collected.set(host, said);
  }
  if (collected.get("")?.length === 0) collected.delete("");
  for (const lines of collected.values()) if (lines.at(-1) === "") lines.pop();
  return collected;
}

function findWrongOnHost(
  host: string,
  expected: readonly (string | RegExp)[],
  said: readonly string[] | undefined,
): string | undefined {
  if (said === undefined) return `${host} is missing`;
  const count = Math.max(expected.length, said.length);
  for (let index = 0; index < count; index++) {
    const [wanted, line] = [expected[index], said[index]];
    const fits = typeof wanted === "string" ? line === wanted : wanted?.test(line ?? "") === true;
    if (!fits) return `${host} said ${quote(line)} where ${quote(wanted)} was expected`;
  }
  return undefined;
}

function describeStranger(host: string): string {
  return host === "" ? "there was a line of no host" : `${host} was never asked`;
}

function quote(line: string | RegExp | undefined): string {
  if (line === undefined) return "nothing more";
  return typeof line === "string" ? JSON.stringify(line) : String(line);
}
