// Whoever is asked for what a login needs, on behalf of one host.
import type { SecretQuestion } from "../../questions/question.ts";
import type { Questions, SecretAnswer } from "../../questions/questions.ts";
import type { Waiting } from "../../questions/waiting.ts";
import { ConnectionError, type Target } from "../transport.ts";

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
  readonly password?: Target["password"];
}

export function createPerson(options: PersonOptions): Person {
  const { questions, waiting, signal, batchMode, host, alias, hop, evaluationId } = options;
  const named = options.password && createNamedPassword(options.password, options);
  const whose = {
    host,
    ...(alias !== undefined && { alias }),
    ...(hop !== undefined && { hop }),
    evaluationId,
  };
  return {
    describe: (question) => ({ ...question, ...whose }),
    async ask(question) {
      if (question.what === "password" && named !== undefined) return waiting.during(named());
      if (batchMode) return { kind: "nobody" };
      return waiting.during(questions.askSecret({ ...question, ...whose }, signal));
    },
  };
}

/** One from a file or a variable stays what it is: it is tried once. */
function createNamedPassword(
  read: NonNullable<Target["password"]>,
  { host, signal }: PersonOptions,
): () => Promise<SecretAnswer> {
  let isRefused = false;
  return async () => {
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
