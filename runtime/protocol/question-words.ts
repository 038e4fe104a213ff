// Questions as people read them, the same in a window and in a terminal: who asks, on the way to where, and for what.
import type { AskedSecret, SecretKind, UnknownHostKey } from "./questions.ts";

export interface QuestionWords {
  /** Such as `Password of root@web:22`. */
  readonly title: string;
  /** What else there is to know, as sentences. */
  readonly detail?: string;
}

type Question = Omit<AskedSecret, "id">;

export function describeSecretQuestion(question: Question): QuestionWords {
  const { title, detail } = describeOne(question);
  const sentences = [detail, describeOthers(question)].filter((one) => one !== undefined);
  return { title, ...(sentences.length > 0 && { detail: sentences.join(" ") }) };
}

/** What Hosts that share an answer say to be asked for it once; undefined where none is shared, as with jump hosts. */
export function nameForAll(what: SecretKind, hop: string | undefined): string | undefined {
  if (hop !== undefined) return undefined;
  switch (what) {
    case "password":
      return 'password: secret("login")';
    case "sudo password":
      return 'sudo: { password: secret("sudo") }';
    case "passphrase":
    case "code":
    case "secret":
      return undefined;
  }
}

function describeOne(question: Question): QuestionWords {
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

function describeOthers({ what, hop, others = 0 }: Question): string | undefined {
  if (others === 0) return undefined;
  const wait =
    others === 1
      ? "1 more host waits to ask for its own; after declining this one you are not asked for that either."
      : `${String(others)} more hosts wait to ask for their own; after declining this one you are asked for none of those.`;
  const named = nameForAll(what, hop);
  return named === undefined
    ? wait
    : `${wait} One question for all of them: ${named} in their Hosts.`;
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
