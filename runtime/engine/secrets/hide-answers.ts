// What a person answers is a secret: from then on it shows nowhere.
import type { Questions } from "../questions/questions.ts";
import type { Redaction } from "./redaction.ts";
import { SHORTEST_SECRET } from "./secrets.ts";

/** The same questions, whose answers are taken out of all that hosts print. */
export function hideAnswers(questions: Questions, redaction: Redaction): Questions {
  return {
    ...questions,
    async askSecret(question, signal) {
      const given = await questions.askSecret(question, signal);
      if (given.kind === "answered" && given.value.length >= SHORTEST_SECRET) {
        const { what, prompt } = question;
        redaction.add(given.value, what === "secret" ? `‹secret ${prompt ?? ""}›` : `‹${what}›`);
      }
      return given;
    },
  };
}
