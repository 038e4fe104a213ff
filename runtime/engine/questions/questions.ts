// Questions to a person: one at a time, the same one once for all who have it, and answers kept in memory until they prove wrong.
import { orAborted } from "../waiting/or-aborted.ts";
import { createSemaphore } from "../waiting/semaphore.ts";
import { cleanPrompt } from "./clean-prompt.ts";
import { createDeclined, isOfOneKind } from "./declined.ts";
import type { AfterWrong, KnownAnswer } from "./known-answer.ts";
import { createStanding, describeOdd, type Standing } from "./standing.ts";
import {
  type Asker,
  type GivenSecret,
  type GivenTrust,
  type HostKeysQuestion,
  nobody,
  type SecretQuestion,
  type Unanswered,
} from "./question.ts";

/** How often an answer may be wrong before the host is given up, where nothing else says so. */
export const MOST_TRIES = 3;

/**
 * One that was wrong is given to nobody again, and whoever asks next is asked for another; but one that opened more hosts than
 * refused it stays, and the odd host has to do without.
 */
export type SecretAnswer = (KnownAnswer & { readonly kind: "answered" }) | Unanswered;

const ASKED_AGAIN: AfterWrong = { isAskedAgain: true };

export interface Questions {
  /**
   * Gives what is known, or asks. `declined` holds for the rest of the evaluation, for all of the kind. Rejects with the
   * signal's reason; a question that nobody waits for any more is taken away.
   */
  askSecret(question: SecretQuestion, signal: AbortSignal): Promise<SecretAnswer>;
  askHostKeys(question: HostKeysQuestion, signal: AbortSignal): Promise<GivenTrust>;
}

type Given = Extract<GivenSecret, { readonly kind: "answered" }> | Unanswered;

/** An answer that is being waited for, or known. */
interface Known {
  readonly given: Promise<Given>;
  /** Instead of what is being waited for. */
  give(given: Given): void;
  standing: Standing;
  readonly withdrawal: AbortController;
  waiting: number;
  /** Those of it that declined wait no more. */
  over: boolean;
}

export function createQuestions(asker: Asker = nobody): Questions {
  const turn = createSemaphore(1);
  const known = new Map<string, Known>();
  /** What is to be replaced. */
  const wrong = new Map<string, Known>();
  const declined = createDeclined();
  const queued = new Set<SecretQuestion>();

  function put(question: SecretQuestion, signal: AbortSignal): Promise<Given> {
    const before = declined.find(question);
    if (before !== undefined) return findKept(question, before, signal);
    queued.add(question);
    return turn
      .run<Given>(async () => {
        queued.delete(question);
        const meanwhile = declined.find(question);
        return meanwhile === undefined
          ? ask(question, signal)
          : findKept(question, meanwhile, signal);
      }, signal)
      .finally(() => queued.delete(question));
  }

  /** Another one was declined: what is kept needs no person. */
  async function findKept(
    question: SecretQuestion,
    before: Unanswered,
    signal: AbortSignal,
  ): Promise<Given> {
    const { about = "" } = question;
    if (about === "" || wrong.has(about) || !("instead" in before)) return before;
    const given = await asker.askSecret(
      { ...clean(question), retry: false, keptOnly: true },
      signal,
    );
    return given.kind === "answered" ? given : before;
  }

  async function ask(question: SecretQuestion, signal: AbortSignal): Promise<Given> {
    const { about = "" } = question;
    const others = [...queued].filter((one) => isOfOneKind(one, question)).length;
    const given = await asker.askSecret(
      {
        ...clean(question),
        ...(others > 0 && { others }),
        retry: wrong.has(about),
      },
      signal,
    );
    if (given.kind === "declined" && !signal.aborted) declined.add(question);
    return given;
  }

  function askOnce(question: SecretQuestion, about: string): Known {
    const withdrawal = new AbortController();
    const { promise: given, resolve: give, reject } = Promise.withResolvers<Given>();
    put(question, withdrawal.signal).then(give, reject);
    const former = wrong.get(about);
    const standing = createStanding(former !== undefined);
    const entry: Known = { given, give, standing, withdrawal, waiting: 0, over: false };
    known.set(about, entry);
    given.then(
      ({ kind }) => {
        entry.over = true;
        wrong.delete(about);
        if (kind === "answered" || known.get(about) !== entry) return;
        // What opened some is better than nothing.
        if (former?.standing.hasOpened()) known.set(about, former);
        else known.delete(about);
      },
      () => forget(about, entry),
    );
    return entry;
  }

  function forget(about: string, entry: Known): void {
    if (known.get(about) === entry) known.delete(about);
  }

  async function join(entry: Known, about: string, signal: AbortSignal): Promise<Given> {
    entry.waiting += 1;
    try {
      return await orAborted(entry.given, signal);
    } finally {
      entry.waiting -= 1;
      if (entry.waiting === 0 && !entry.over) {
        forget(about, entry);
        entry.withdrawal.abort(signal.reason);
      }
    }
  }

  return {
    async askSecret(question, signal) {
      const { about } = question;
      signal.throwIfAborted();
      if (about === undefined) {
        const given = await put(question, signal);
        return given.kind === "answered"
          ? { ...given, right() {}, wrong: () => ASKED_AGAIN }
          : given;
      }
      const entry = known.get(about) ?? askOnce(question, about);
      const given = await join(entry, about, signal);
      if (given.kind !== "answered") return given;
      return {
        ...given,
        right() {
          const { standing } = entry;
          standing.opened(question);
          declined.remove(about);
          const current = known.get(about);
          if (current?.standing === standing) {
            const isShared = question.what === "secret";
            if (isShared && standing.isProof() && given.isKept !== true) asker.forget(about);
            return;
          }
          if (current?.over === true || !standing.isGood()) return; // it has been replaced
          wrong.delete(about);
          if (current === undefined) {
            known.set(about, entry);
            return;
          }
          // One odd host was faster, and another answer is being asked for in vain.
          current.standing = standing;
          current.give(given);
          current.withdrawal.abort();
        },
        wrong() {
          const { standing } = entry;
          const others = standing.refused(question);
          if (known.get(about)?.standing !== standing) return ASKED_AGAIN; // somebody else has said so
          if (others > 0) return describeOdd(question, others);
          known.delete(about);
          wrong.set(about, entry);
          // Others may be opened by one that hosts share, until another one has proved right.
          if (question.what !== "secret") asker.forget(about);
          return ASKED_AGAIN;
        },
      };
    },
    askHostKeys: (question, signal) => turn.run(() => asker.askHostKeys(question, signal), signal),
  };
}

function clean(question: SecretQuestion): SecretQuestion {
  const { prompt } = question;
  return { ...question, ...(prompt !== undefined && { prompt: cleanPrompt(prompt) }) };
}
