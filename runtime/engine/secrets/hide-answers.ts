// What a person answers is a secret: from then on it shows nowhere, unless hosts print the same for other reasons.
import type { SecretKind } from "../questions/question.ts";
import type { Questions } from "../questions/questions.ts";
import type { Redaction } from "./redaction.ts";
import { SHORTEST_SECRET } from "./secrets.ts";

/** A password of fewer characters may be part of anything that hosts print. */
const SHORTEST_PASSWORD = 8;
/** So long a word, path, number, date or address is hardly printed by chance. */
const SHORTEST_WORD = 16;
const WORD_OR_NUMBER = /^(?:[\p{L}/._-]+|[\d/.:_-]+)$/u;

/** The same questions, whose answers are taken out of all that hosts print. */
export function hideAnswers(questions: Questions, redaction: Redaction): Questions {
  return {
    ...questions,
    async askSecret(question, signal) {
      const given = await questions.askSecret(question, signal);
      const { what, prompt } = question;
      if (given.kind === "answered" && canBeTold(what, given.value)) {
        redaction.add(given.value, what === "secret" ? `‹secret ${prompt ?? ""}›` : `‹${what}›`);
      }
      return given;
    },
  };
}

/**
 * Whether it can be told from other text. Where it cannot, hiding would falsify values, and show by the gaps what the password
 * is: `/root` with the password `root`.
 */
function canBeTold(what: SecretKind, value: string): boolean {
  if (what === "code") return false; // six digits that open nothing any more
  if (what === "secret") return value.length >= SHORTEST_SECRET;
  return value.length >= (WORD_OR_NUMBER.test(value) ? SHORTEST_WORD : SHORTEST_PASSWORD);
}
