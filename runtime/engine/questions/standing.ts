// How an answer that several hosts share stands: which hosts it opened, which refused it, and whether it is they who are odd.
import type { AfterWrong } from "./known-answer.ts";
import type { SecretQuestion } from "./question.ts";

type Asking = Pick<SecretQuestion, "what" | "host" | "evaluationId">;

export interface Standing {
  opened(by: Asking): void;
  /** How many other hosts it opened, when they outweigh this one; 0: another answer is needed. */
  refused(by: Asking): number;
  hasOpened(): boolean;
  /** Whether those that it opened outweigh those that refused it. */
  isGood(): boolean;
  /** Once: it has opened a host in the place of another answer. */
  isProof(): boolean;
}

/** `isReplacement`: another one was wrong before it, so whoever refuses this one may be no odd host. */
export function createStanding(isReplacement: boolean): Standing {
  /** In which evaluation last. */
  const opened = new Map<string, string | undefined>();
  const refused = new Set<string>();
  let isProved = !isReplacement;
  const outweighs = (good: number) =>
    isReplacement ? good > refused.size : good >= refused.size && good > 0;
  return {
    opened({ host, evaluationId }) {
      refused.delete(host);
      opened.set(host, evaluationId);
    },
    refused({ what, host, evaluationId }) {
      refused.add(host);
      const wasOpened = opened.delete(host);
      if (what !== "secret") return 0; // it is of one account only
      // One that it opened before has another by now: so may all, unless it still opens others in this evaluation.
      const good = [...opened.values()].filter((lastIn) => !wasOpened || lastIn === evaluationId);
      return outweighs(good.length) ? good.length : 0;
    },
    hasOpened: () => opened.size > 0,
    isGood: () => outweighs(opened.size),
    isProof() {
      const isNew = !isProved;
      isProved = true;
      return isNew;
    },
  };
}

export function describeOdd({ prompt = "" }: SecretQuestion, others: number): AfterWrong {
  const which = others === 1 ? "another host" : "other hosts";
  const because = `this host takes another password than the secret ${prompt}, which opened ${which}`;
  return { isAskedAgain: false, because };
}
