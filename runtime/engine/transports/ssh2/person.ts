// Whoever is asked for what a login needs, on behalf of one host.
import type { SecretQuestion } from "../../questions/question.ts";
import type { Questions, SecretAnswer } from "../../questions/questions.ts";
import type { Waiting } from "../../questions/waiting.ts";

export interface Person {
  ask(question: Pick<SecretQuestion, "what" | "prompt" | "about">): Promise<SecretAnswer>;
  /** The question as it is put, for messages. */
  describe(question: Pick<SecretQuestion, "what" | "prompt">): SecretQuestion;
}

export interface PersonOptions extends Pick<SecretQuestion, "host" | "hop" | "evaluationId"> {
  readonly questions: Questions;
  readonly waiting: Waiting;
  readonly signal: AbortSignal;
  /** ssh_config's BatchMode: nobody may be asked. */
  readonly batchMode: boolean;
}

export function createPerson(options: PersonOptions): Person {
  const { questions, waiting, signal, batchMode, host, hop, evaluationId } = options;
  const whose = { host, ...(hop !== undefined && { hop }), evaluationId };
  return {
    describe: (question) => ({ ...question, ...whose }),
    async ask(question) {
      if (batchMode) return { kind: "nobody" };
      return waiting.during(questions.askSecret({ ...question, ...whose }, signal));
    },
  };
}
