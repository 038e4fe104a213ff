// Questions to a person: one at a time, the same one once for all who have it, and answers kept in memory until they prove wrong.
import { orAborted } from "../waiting/or-aborted.ts";
import { createSemaphore } from "../waiting/semaphore.ts";
import { cleanPrompt } from "./clean-prompt.ts";
import { createDeclined, isOfOneKind } from "./declined.ts";
import type { AfterWrong, KnownAnswer } from "./known-answer.ts";
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
 * One that was wrong is given to nobody again, and whoever asks next is asked for another; but one that opened other hosts
 * stays, and the odd host has to do without.
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
  /** The hosts that it opened, and in which evaluation last. */
  readonly opened: Map<string, string | undefined>;
  readonly withdrawal: AbortController;
  waiting: number;
  /** Those of it that declined wait no more. */
  over: boolean;
}

export function createQuestions(asker: Asker = nobody): Questions {
  const turn = createSemaphore(1);
  const known = new Map<string, Known>();
  const wrong = new Set<string>();
  const declined = createDeclined();
  const queued = new Set<SecretQuestion>();

  function put(question: SecretQuestion, signal: AbortSignal): Promise<Given> {
    queued.add(question);
    return turn
      .run<Given>(async () => {
        queued.delete(question);
        return declined.find(question) ?? ask(question, signal);
      }, signal)
      .finally(() => queued.delete(question));
  }

  async function ask(question: SecretQuestion, signal: AbortSignal): Promise<Given> {
    const { about = "", prompt } = question;
    const others = [...queued].filter((one) => isOfOneKind(one, question)).length;
    const given = await asker.askSecret(
      {
        ...question,
        ...(prompt !== undefined && { prompt: cleanPrompt(prompt) }),
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
    const opened = new Map<string, string | undefined>();
    const entry: Known = { given, give, opened, withdrawal, waiting: 0, over: false };
    known.set(about, entry);
    given.then(
      ({ kind }) => {
        entry.over = true;
        wrong.delete(about);
        if (kind !== "answered") forget(about, entry);
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
      const { about, evaluationId } = question;
      signal.throwIfAborted();
      if (about === undefined) {
        const given = await put(question, signal);
        return given.kind === "answered"
          ? { ...given, right() {}, wrong: () => ASKED_AGAIN }
          : given;
      }
      const before = known.has(about) ? undefined : declined.find(question);
      if (before !== undefined) return before;
      const entry = known.get(about) ?? askOnce(question, about);
      const given = await join(entry, about, signal);
      if (given.kind !== "answered") return given;
      return {
        ...given,
        right() {
          const current = known.get(about) ?? entry;
          if (current !== entry && current.over) return; // it has been replaced
          known.set(about, current);
          wrong.delete(about);
          declined.remove(about);
          current.opened.set(question.host, evaluationId);
          if (current === entry) return;
          // One odd host was faster, and another answer is being asked for in vain.
          current.give(given);
          current.withdrawal.abort();
        },
        wrong() {
          if (known.get(about) !== entry) return ASKED_AGAIN; // somebody else has said so
          if (isGoodForOthers(entry, question)) return describeOdd(question);
          known.delete(about);
          wrong.add(about);
          asker.forget(about);
          return ASKED_AGAIN;
        },
      };
    },
    askHostKeys: (question, signal) => turn.run(() => asker.askHostKeys(question, signal), signal),
  };
}

/**
 * Only what is named in the program is given to more than one host. One that it opened before has another password by now: so
 * may all of them, unless it still opens others in this evaluation.
 */
function isGoodForOthers({ opened }: Known, { what, host, evaluationId }: SecretQuestion): boolean {
  return (
    what === "secret" &&
    [...opened].some(
      ([other, lastIn]) => other !== host && (lastIn === evaluationId || !opened.has(host)),
    )
  );
}

function describeOdd({ prompt = "" }: SecretQuestion): AfterWrong {
  const because = `this host takes another password than the secret ${prompt}, which opened other hosts`;
  return { isAskedAgain: false, because };
}
