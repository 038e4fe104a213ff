// Whoever is asked for what a login needs, on behalf of one host.
import type { SecretQuestion } from "../../questions/question.ts";
import type { Questions, SecretAnswer } from "../../questions/questions.ts";
import type { Waiting } from "../../questions/waiting.ts";
import { ConnectionError } from "../../host-errors.ts";
import type { Target } from "../transport.ts";

export interface Person {
  ask(question: Pick<SecretQuestion, "what" | "prompt" | "about">): Promise<SecretAnswer>;
  /** The question as it is put, for messages. */
  describe(question: Pick<SecretQuestion, "what" | "prompt">): SecretQuestion;
}

export interface PersonOptions extends Pick<
  SecretQuestion,
  "host" | "alias" | "hop" | "evaluationId"
> {
  readonly questions: Questions;
  readonly waiting: Waiting;
  readonly signal: AbortSignal;
  /** ssh_config's BatchMode: nobody may be asked. */
  readonly batchMode: boolean;
  /** Of the account, when the program names it; nobody is asked for that one then. */
  readonly password?: NamedPassword | undefined;
}

/** Rejects with `ConnectionError` once it has proved wrong. */
export type NamedPassword = (signal: AbortSignal) => Promise<SecretAnswer>;

export function createPerson(options: PersonOptions): Person {
  const { questions, waiting, signal, batchMode, password } = options;
  const { host, alias, hop, evaluationId } = options;
  const whose = {
    host,
    ...(alias !== undefined && { alias }),
    ...(hop !== undefined && { hop }),
    evaluationId,
  };
  return {
    describe: (question) => ({ ...question, ...whose }),
    async ask(question) {
      if (question.what === "password" && password !== undefined) {
        return waiting.during(password(signal));
      }
      if (batchMode) return { kind: "nobody" };
      return waiting.during(questions.askSecret({ ...question, ...whose }, signal));
    },
  };
}

/** For one login to `host`, whoever asks how often. One from a file or a variable stays what it is: it is tried once. */
export function createNamedPassword(
  read: Target["password"],
  host: string,
): NamedPassword | undefined {
  if (read === undefined) return undefined;
  let isRefused = false;
  return async (signal) => {
    if (isRefused) {
      throw new ConnectionError(
        "refused",
        `the password that the program names is not accepted (${host})`,
        "look at where the secret is kept, or leave password out of the Hosts to be asked for it",
      );
    }
    const known = await read(host, signal);
    const wrong = () => {
      isRefused = !known.wrong();
    };
    return { kind: "answered", value: known.value, wrong };
  };
}
