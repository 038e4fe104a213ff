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
      if (batchMode) return { kind: "forbidden" };
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
  let refusal: ConnectionError | undefined;
  return async (signal) => {
    if (refusal !== undefined) throw refusal;
    const known = await read(host, signal);
    const wrong = () => {
      const after = known.wrong();
      if (!after.isAskedAgain) refusal = describeRefused(host, after.because);
      return after;
    };
    return { kind: "answered", value: known.value, right: () => known.right(), wrong };
  };
}

function describeRefused(host: string, because: string | undefined): ConnectionError {
  const what = `the password that the program names is not accepted (${host})`;
  return because === undefined
    ? new ConnectionError(
        "refused",
        what,
        "look at where the secret is kept, or leave password out of the Hosts to be asked for it",
      )
    : new ConnectionError(
        "refused",
        `${what}: ${because}`,
        'give it Hosts of its own with a secret of another name: password: secret("…"); without one you are asked',
      );
}
