// What the system's ssh says while it connects: how far it got, which host key it saw, and its words to a person.
import type { Phase } from "../failures.ts";

/** The last lines that are no debugging; more would be no message. */
const KEPT_LINES = 20;

/** What `-v` adds for those who look for faults. */
const NO_WORDS = /^(?:debug\d:|OpenSSH_|Authenticated to |Transferred: |Bytes per second: )/u;

export interface Said {
  push(text: string): void;
  phase(): Phase;
  /** What it said to people, the last lines of it. */
  words(): readonly string[];
  /** The key that the host showed last: type and fingerprint. */
  hostKey(): { readonly type: string; readonly fingerprint: string } | undefined;
  /** Ways in that it has tried, as ssh names them. */
  offered(): readonly string[];
}

/** Each line that shows a new phase; of several hops the last one that speaks counts. */
const PHASES: readonly (readonly [RegExp, Phase])[] = [
  [/^debug1: Connecting to .* port \d+\.$/u, "connecting"],
  [/^debug1: Executing proxy command/u, "connecting"],
  [/^debug1: (?:Connection established|Local version string)/u, "waiting for its SSH banner"],
  [/^debug1: Remote protocol version/u, "exchanging keys"],
  [/^debug1: SSH2_MSG_(?:NEWKEYS received|SERVICE_ACCEPT)/u, "logging in"],
];

export function listen(): Said {
  const lines: string[] = [];
  const offered: string[] = [];
  let phase: Phase = "looking up its name";
  let hostKey: ReturnType<Said["hostKey"]>;
  let rest = "";

  function read(line: string): void {
    phase = PHASES.find(([pattern]) => pattern.test(line))?.[1] ?? phase;
    const [, type, fingerprint] = /^debug1: Server host key: (\S+) (\S+)/u.exec(line) ?? [];
    if (type !== undefined && fingerprint !== undefined) hostKey = { type, fingerprint };
    const key = /^debug1: Offering public key: (\S+)/u.exec(line)?.[1];
    if (key !== undefined) offered.push(key);
    if (line === "" || NO_WORDS.test(line)) return;
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
  }

  return {
    push(text) {
      const parts = `${rest}${text}`.split("\n");
      rest = (parts.pop() ?? "").slice(-4096);
      for (const part of parts) read(part.trim());
    },
    phase: () => phase,
    words: () => [...lines, ...(rest.trim() === "" ? [] : [rest.trim()])],
    hostKey: () => hostKey,
    offered: () => offered,
  };
}
