// What a person declined: for the rest of that evaluation nobody is asked for anything of its kind.
import type { SecretQuestion, Unanswered } from "./question.ts";

/** Evaluations and kinds that are remembered. */
const MOST_DECLINED = 100;

export interface Declined {
  add(question: SecretQuestion): void;
  /** The answer to a question that need not be put any more. */
  find(question: SecretQuestion): Unanswered | undefined;
  /** What was declined under this name is known all the same. */
  remove(about: string): void;
}

/** Of each kind of an evaluation the last one that was declined. */
export function createDeclined(): Declined {
  const last = new Map<string, SecretQuestion>();
  return {
    add(question) {
      last.delete(kindOf(question));
      last.set(kindOf(question), question);
      const [oldest = ""] = last.keys();
      if (last.size > MOST_DECLINED) last.delete(oldest);
    },
    find(question) {
      const declined = last.get(kindOf(question));
      if (declined === undefined) return undefined;
      const { about = placeOf(question) } = question;
      const isSame = about === (declined.about ?? placeOf(declined));
      return { kind: "declined", ...(!isSame && { instead: placeOf(declined) }) };
    },
    remove(about) {
      for (const [kind, question] of last) {
        if (question.about === about) last.delete(kind);
      }
    },
  };
}

/** Whether declining one declines the other: hundreds of hosts may each ask for a password of their own. */
export function isOfOneKind(one: SecretQuestion, other: SecretQuestion): boolean {
  return kindOf(one) === kindOf(other);
}

function placeOf({ hop, host }: SecretQuestion): string {
  return hop ?? host;
}

/** Of keys and of named secrets there are few, and one may do without the other. */
function kindOf({ what, about = "", evaluationId = "" }: SecretQuestion): string {
  const kind = what === "passphrase" || what === "secret" ? about : what;
  return JSON.stringify([evaluationId, kind]);
}
