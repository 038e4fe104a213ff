// What is said when a host let nobody in: all that was tried, what the host would take, and what to do next.
import { UNASKED } from "../../../questions/unanswered.ts";
import { ConnectionError } from "../../../host-errors.ts";
import type { Destination } from "./destination.ts";

/** What became of each way in, as it is found out. */
export interface LoginNotes {
  /** Such as `/home/me/.ssh/id_rsa is not accepted`. */
  readonly findings: string[];
  /** Key files that need a passphrase. */
  readonly locked: string[];
  /** Why somebody who had to be asked was not. */
  unasked: keyof typeof UNASKED | undefined;
}

export function describeLoginRefusal(
  destination: Destination,
  accepted: readonly string[],
  notes: LoginNotes,
): ConnectionError {
  const { place } = destination;
  const found = notes.findings.length === 0 ? "there is none to offer" : notes.findings.join("; ");
  const takes = accepted.length === 0 ? "" : `; the host takes ${accepted.join(", ")}`;
  const onlyKeys = accepted.every((method) => method === "publickey");
  const failed = onlyKeys ? "no usable key" : "not let in";
  const head = notes.unasked !== undefined ? "needs an answer" : failed;
  return new ConnectionError(
    "refused",
    `${head} (${place}): ${found}${takes}`,
    describeNext(destination, accepted, notes),
  );
}

const ASKED: ReadonlySet<string> = new Set(["password", "keyboard-interactive"]);

function describeNext(
  { hostToVerify }: Destination,
  accepted: readonly string[],
  { findings, locked, unasked }: LoginNotes,
): string {
  const target = hostToVerify.sshCommand.replace(/^ssh | true$/gu, "");
  const [lockedFile] = locked;
  const ask = unasked === undefined ? "" : `${UNASKED[unasked].next}; or `;
  const takesKeys = accepted.length === 0 || accepted.includes("publickey");
  if (findings.some((finding) => /^the (?:password|answer)/u.test(finding))) {
    return `run it again with the right ${accepted.includes("password") ? "password" : "answer"}, or log in by hand: ${hostToVerify.sshCommand}`;
  }
  if (!takesKeys) {
    return accepted.some((method) => ASKED.has(method))
      ? "allow passwords in ssh_config (PasswordAuthentication, KbdInteractiveAuthentication, PreferredAuthentications), or let the host take keys"
      : "let the host take keys (PubkeyAuthentication), and put one there";
  }
  return lockedFile === undefined
    ? `put your key on the host (ssh-copy-id ${target}), or name the right one with sshKey`
    : `${ask}put the key into your ssh-agent: ssh-add ${lockedFile}`;
}
