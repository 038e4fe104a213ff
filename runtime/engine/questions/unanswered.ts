// What is said of a host that asked for something which nobody gave.
import { ConnectionError } from "../transports/transport.ts";
import type { SecretQuestion, Unanswered } from "./question.ts";

export function describeUnanswered(
  { what, host, hop, prompt }: SecretQuestion,
  { kind }: Unanswered,
): ConnectionError {
  const where = hop === undefined ? `(${host})` : `(${host}, asked by the jump host ${hop})`;
  const named = what === "passphrase" && prompt !== undefined ? `${what} of ${prompt}` : what;
  return kind === "nobody"
    ? new ConnectionError(
        "refused",
        `needs an answer: the ${named} ${where}, and nobody is there to be asked`,
        "open this project in VS Code, or run it in a terminal, to be asked for it",
      )
    : new ConnectionError(
        "refused",
        `the ${named} was asked for and not given ${where}`,
        "run it again and answer the question",
      );
}
