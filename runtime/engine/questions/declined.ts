// What a person declined: for the rest of that evaluation nobody asks for anything of its kind.
import type { SecretQuestion, Unanswered } from "./question.ts";

export interface Declined {
  add(question: SecretQuestion): void;
  /** The answer to a question that need not be put any more. */
  find(question: SecretQuestion): Unanswered | undefined;
  /** What was declined under this name is known all the same. */
  remove(about: string): void;
}

/** Of each kind the last one that was declined. */
export function createDeclined(): Declined {
  const last = new Map<string, SecretQuestion>();
  return {
    add: (question) => void last.set(kindOf(question), question),
    find(question) {
      const declined = last.get(kindOf(question));
      if (declined === undefined || declined.evaluationId !== question.evaluationId) {
        return undefined;
      }
      const { about = placeOf(question) } = question;
      const isSame = about === (declined.about ?? placeOf(declined));
      return { kind: "declined", ...(!isSame && { instead: placeOf(declined) }) };
    },
    remove: (about) => void last.delete(about),
  };
}

/** Whether declining one declines the other: hundreds of hosts may each ask for a password of their own. */
export function isOfOneKind(one: SecretQuestion, other: SecretQuestion): boolean {
  return one.evaluationId === other.evaluationId && kindOf(one) === kindOf(other);
}

function placeOf({ hop, host }: SecretQuestion): string {
  return hop ?? host;
}

/** Of keys and of named secrets there are few, and one may do without the other. */
function kindOf({ what, about = "" }: SecretQuestion): string {
  return what === "passphrase" || what === "secret" ? about : what;
}
