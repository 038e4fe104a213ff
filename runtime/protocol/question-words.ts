// Questions as people read them, the same in a window and in a terminal: who asks, on the way to where, and for what.
import type { AskedSecret, UnknownHostKey } from "./questions.ts";

export interface QuestionWords {
  /** Such as `Password of root@web:22`. */
  readonly title: string;
  /** What else there is to know, as a sentence. */
  readonly detail?: string;
}

type Question = Omit<AskedSecret, "id">;

export function describeSecretQuestion(question: Question): QuestionWords {
  const { what, host, hop, prompt } = question;
  const place = describePlace(question);
  switch (what) {
    case "passphrase":
      return { title: `Passphrase of ${prompt ?? "a key"}`, detail: `To log in to ${place}.` };
    case "code":
      return { title: `${hop ?? host} asks: ${prompt ?? "?"}`, detail: describeWay(question) };
    case "password":
      return { title: `Password of ${place}`, ...describeSaid(question) };
    case "secret":
      return { title: `Secret ${prompt ?? ""}`, detail: `The program wants it for ${place}.` };
    case "sudo password":
      return { title: `sudo password on ${place}`, ...describeSaid(question) };
  }
}

/** `web (root@10.0.0.1:22)`, or `root@gate:22, the jump host to root@10.0.0.1:22`. */
export function describePlace({
  host,
  hop,
  alias,
}: Pick<UnknownHostKey, "host" | "hop" | "alias">): string {
  const reached = alias === undefined ? host : `${alias} (${host})`;
  return hop === undefined ? reached : `${hop}, the jump host to ${reached}`;
}

function describeWay({ host, hop }: Question): string {
  return hop === undefined
    ? "These are the host's own words."
    : `These are the words of the jump host to ${host}.`;
}

function describeSaid({ prompt }: Question): Pick<QuestionWords, "detail"> {
  const isPlain = prompt === undefined || /^\W*password\W*$/iu.test(prompt);
  return isPlain ? {} : { detail: `In the host's own words: ${prompt}` };
}
