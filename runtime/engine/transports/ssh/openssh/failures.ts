// Says in our words why the system's ssh did not connect, out of what it said.
import { makeItAsk } from "../../../trust/asking-command.ts";
import { describeFailure } from "../failures.ts";
import { ConnectionError } from "../../../host-errors.ts";
import type { Said } from "./said.ts";

/** The host took nothing of what it was offered. */
export class LoginRefusal extends ConnectionError {}

export interface FailureContext {
  /** `user@host:port`. */
  readonly place: string;
  /** What a person runs to reach the host by hand. */
  readonly sshCommand: string;
  /** ssh_config keeps it from asking about unknown keys. */
  readonly isStrict: boolean;
}

/** What the operating system says, in ssh's words, and its code. */
const SYSTEM_ERRORS: readonly (readonly [RegExp, string])[] = [
  [/^Connection refused/u, "ECONNREFUSED"],
  [/^No route to host/u, "EHOSTUNREACH"],
  [/^Network is unreachable/u, "ENETUNREACH"],
  [/^(?:Connection|Operation) timed out/u, "ETIMEDOUT"],
  [/^Cannot assign requested address/u, "EADDRNOTAVAIL"],
];

type Describe = (found: RegExpExecArray, said: Said, context: FailureContext) => ConnectionError;

/** The first that fits any line decides, so that a cause comes before what follows from it. */
const FAILURES: readonly (readonly [RegExp, Describe])[] = [
  [/^ssh: Could not resolve hostname \S+: (.*)$/u, describeUnknownName],
  [/^ssh: connect to (?:host|address) .* port \d+: (.*)$/u, describeSystemError],
  [/REMOTE HOST IDENTIFICATION HAS CHANGED/u, describeChangedKey],
  [/REVOKED HOST KEY DETECTED|^Host key .* (?:is )?revoked/u, describeRevokedKey],
  [/Host key verification failed/u, describeUnknownKey],
  [/^Unable to negotiate with .*?: (.*)$/u, describeNoAlgorithm],
  [/Permission denied \(([^)]*)\)/u, describeNoLogin],
  [/Too many authentication failures/u, describeTooManyKeys],
  [
    /^(?:Connection (?:closed|reset)|kex_exchange_identification|ssh_exchange_identification|banner exchange)/u,
    describeHangUp,
  ],
];

/** `code` is how it ended; undefined when a signal ended it. */
export function describeMasterFailure(
  said: Said,
  code: number | null,
  context: FailureContext,
): ConnectionError {
  const words = said.words();
  for (const [pattern, describe] of FAILURES) {
    const found = words.map((line) => pattern.exec(line)).find((match) => match !== null);
    if (found !== undefined) return describe(found, said, context);
  }
  const how = code === null ? "was ended" : `ended with code ${code}`;
  const last = words.length === 0 ? "" : `: ${words.slice(-3).join(" / ")}`;
  return new ConnectionError(
    "refused",
    `the system's ssh ${how} while ${said.phase()} (${context.place})${last}`,
    `see what it says by hand: ${context.sshCommand}`,
  );
}

function describeUnknownName([, why = ""]: RegExpExecArray, said: Said, context: FailureContext) {
  const code = /temporary/iu.test(why) ? "EAI_AGAIN" : "ENOTFOUND";
  return describeFailure(withCode(why, code), said.phase(), context);
}

function describeSystemError([, why = ""]: RegExpExecArray, said: Said, context: FailureContext) {
  const code = SYSTEM_ERRORS.find(([pattern]) => pattern.test(why))?.[1] ?? "";
  if (code !== "") return describeFailure(withCode(why, code), said.phase(), context);
  return new ConnectionError(
    "unreachable",
    `no connection: ${why} (${context.place})`,
    "is the host up, and is there a route to it from here?",
  );
}

function describeHangUp(_found: RegExpExecArray, said: Said, context: FailureContext) {
  return describeFailure(undefined, said.phase(), context);
}

function describeNoAlgorithm([, why = ""]: RegExpExecArray, said: Said, { place }: FailureContext) {
  return new ConnectionError(
    "refused",
    `no algorithm in common while ${said.phase()} (${place}): ${why}`,
    "update sshd there; what is allowed here stands in ssh_config (Ciphers, KexAlgorithms, MACs, HostKeyAlgorithms)",
  );
}

function describeUnknownKey(
  _found: RegExpExecArray,
  said: Said,
  { place, sshCommand, isStrict }: FailureContext,
) {
  const certificate = said.words().find((line) => /^(?:error: )?Certificate invalid/u.test(line));
  if (certificate !== undefined) {
    return new ConnectionError(
      "refused",
      `the host's certificate is not accepted (${place}): ${certificate.replace(/^error: /u, "")}`,
      "give the host a new certificate that names it, or reach it by a name that stands in it",
    );
  }
  return new ConnectionError(
    "refused",
    `unknown host key ${describeKey(said)} (${place}): known_hosts has none for it`,
    `compare it with what the host itself says (ssh-keygen -lf on its /etc/ssh/ssh_host_*_key.pub), then accept it: ${isStrict ? makeItAsk(sshCommand) : sshCommand}`,
  );
}

function describeChangedKey(_found: RegExpExecArray, said: Said, { place }: FailureContext) {
  const words = said.words().join("\n");
  const where = /^Offending .*?key in (.+)$/mu.exec(words)?.[1] ?? "known_hosts";
  const remove = /^\s*(ssh-keygen -f .* -R .*)$/mu.exec(words)?.[1];
  return new ConnectionError(
    "refused",
    `the host key has changed to ${describeKey(said)} (${place}): another one is known at ${where}`,
    `if it was not you who changed it, somebody may be in between; otherwise ${remove ?? `remove the line ${where}`}`,
  );
}

function describeRevokedKey(_found: RegExpExecArray, said: Said, { place }: FailureContext) {
  return new ConnectionError(
    "refused",
    `the host key ${describeKey(said)} is revoked (${place})`,
    "give the host a new key; a revoked one must not be trusted again",
  );
}

function describeNoLogin(
  [, takes = ""]: RegExpExecArray,
  said: Said,
  { place, sshCommand }: FailureContext,
) {
  const offered = said.offered();
  const takesKeys = takes.split(",").includes("publickey");
  const nothing = takesKeys ? "there is no key to offer" : "what was given is not accepted";
  const tried = offered.length === 0 ? nothing : `${offered.join(", ")} not accepted`;
  const target = sshCommand.replace(/^ssh | true$/gu, "");
  return new LoginRefusal(
    "refused",
    `${takes === "publickey" ? "no usable key" : "not let in"} (${place}): ${tried}; the host takes ${takes.replaceAll(",", ", ")}`,
    takesKeys
      ? `put your key, or your certificate's authority, on the host (ssh-copy-id ${target}), or name the right key with sshKey`
      : `run it again with the right answer, or log in by hand: ${sshCommand}`,
  );
}

function describeTooManyKeys(_found: RegExpExecArray, _said: Said, { place }: FailureContext) {
  return new ConnectionError(
    "refused",
    `the host ended the connection while logging in (${place}): too many keys were offered`,
    "name the right one with sshKey",
  );
}

function describeKey(said: Said): string {
  const key = said.hostKey();
  return key === undefined ? "of unknown type" : `${key.type} ${key.fingerprint}`;
}

function withCode(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}
