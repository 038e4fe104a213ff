// What is said of a host that asked for something which nobody gave.
import { ConnectionError } from "../host-errors.ts";
import { nameForAll } from "../../protocol/question-words.ts";
import type { SecretKind, SecretQuestion, Unanswered } from "./question.ts";

/** Why nobody was asked, and what to do to be. */
export const UNASKED = {
  nobody: {
    why: "nobody is there to be asked",
    next: "open this project in VS Code, or run it in a terminal, to be asked for it",
  },
  forbidden: {
    why: "ssh_config forbids questions (BatchMode yes)",
    next: "to be asked for it, set BatchMode no for this host in ssh_config",
  },
} as const;

/** `findings`: what was found out before, such as keys that the host did not take. */
export function describeUnanswered(
  { what, host, hop, prompt }: SecretQuestion,
  unanswered: Unanswered,
  findings: readonly string[] = [],
): ConnectionError {
  const where = hop === undefined ? `(${host})` : `(${host}, asked by the jump host ${hop})`;
  const named = nameOf(what, prompt);
  const besides = findings.map((finding) => `; ${finding}`).join("");
  if (unanswered.kind !== "declined") {
    const { why, next } = UNASKED[unanswered.kind];
    return new ConnectionError(
      "refused",
      `needs an answer: the ${named} ${where}, and ${why}${besides}`,
      next,
    );
  }
  const { instead } = unanswered;
  return instead === undefined
    ? new ConnectionError(
        "refused",
        `the ${named} was asked for and not given ${where}${besides}`,
        "run it again and answer the question",
      )
    : new ConnectionError(
        "refused",
        `the ${named} was not asked for ${where}, because that of ${instead} was declined${besides}`,
        `run it again and answer the questions; ${describeShared(what, hop)}`,
      );
}

/** How to be asked less often. */
function describeShared(what: SecretKind, hop: string | undefined): string {
  const named = nameForAll(what, hop);
  return named === undefined
    ? "or take fewer hosts at a time"
    : `one that hosts share is asked for once when their Hosts name it: ${named}`;
}

function nameOf(what: SecretKind, prompt: string | undefined): string {
  if (prompt === undefined) return what;
  if (what === "passphrase") return `passphrase of ${prompt}`;
  return what === "secret" ? `secret ${prompt}` : what;
}
