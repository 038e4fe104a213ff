// Questions to a person: one at a time, the same one once for all who have it, and answers kept in memory until they prove wrong.
import { orAborted } from "../waiting/or-aborted.ts";
import { cleanPrompt } from "./clean-prompt.ts";
import {
  type Asker,
  type GivenSecret,
  type GivenTrust,
  type HostKeysQuestion,
  nobody,
  type SecretQuestion,
  type Unanswered,
} from "./question.ts";
import { createTurns } from "./turns.ts";

/** How often an answer may be wrong before the host is given up, where nothing else says so. */
export const MOST_TRIES = 3;

export type SecretAnswer =
  | {
      readonly kind: "answered";
      readonly value: string;
      /** It opened nothing: nobody is given it again, and whoever asks next is asked for another. */
      wrong(): void;
    }
  | Unanswered;

export interface Questions {
  /**
   * Gives what is known, or asks. `declined` holds for the rest of the evaluation. Rejects with the signal's reason; a question
   * that nobody waits for any more is taken away.
   */
  askSecret(question: SecretQuestion, signal: AbortSignal): Promise<SecretAnswer>;
  askHostKeys(question: HostKeysQuestion, signal: AbortSignal): Promise<GivenTrust>;
}

/** An answer that is being waited for, or known. */
interface Known {
  readonly given: Promise<GivenSecret>;
  readonly withdrawal: AbortController;
  waiting: number;
  /** Those of it that declined wait no more. */
  over: boolean;
}

export function createQuestions(asker: Asker = nobody): Questions {
  const inTurn = createTurns();
  const known = new Map<string, Known>();
  const wrong = new Set<string>();
  const declined = new Map<string, string | undefined>();

  function put(question: SecretQuestion, signal: AbortSignal): Promise<GivenSecret> {
    const { about, prompt } = question;
    const clean = { ...question, ...(prompt !== undefined && { prompt: cleanPrompt(prompt) }) };
    return inTurn(
      () => asker.askSecret({ ...clean, retry: wrong.has(about ?? "") }, signal),
      signal,
    );
  }

  function ask(question: SecretQuestion, about: string): Known {
    const withdrawal = new AbortController();
    const given = put(question, withdrawal.signal);
    const entry: Known = { given, withdrawal, waiting: 0, over: false };
    known.set(about, entry);
    given.then(
      ({ kind }) => {
        entry.over = true;
        wrong.delete(about);
        if (kind === "declined") declined.set(about, question.evaluationId);
        if (kind !== "answered") forget(about, entry);
      },
      () => forget(about, entry),
    );
    return entry;
  }

  function forget(about: string, entry: Known): void {
    if (known.get(about) === entry) known.delete(about);
  }

  async function join(entry: Known, about: string, signal: AbortSignal): Promise<GivenSecret> {
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
        return given.kind === "answered" ? { ...given, wrong() {} } : given;
      }
      if (declined.has(about)) {
        if (declined.get(about) === evaluationId) return { kind: "declined" };
        declined.delete(about);
      }
      const entry = known.get(about) ?? ask(question, about);
      const given = await join(entry, about, signal);
      if (given.kind !== "answered") return given;
      return {
        ...given,
        wrong() {
          if (known.get(about) !== entry) return; // somebody else has said so
          known.delete(about);
          wrong.add(about);
          asker.forget(about);
        },
      };
    },
    askHostKeys: (question, signal) => inTurn(() => asker.askHostKeys(question, signal), signal),
  };
}
