// A person who is asked questions in a test: answers as the test says, and remembers what was asked.
import type {
  Asker,
  GivenSecret,
  GivenTrust,
  HostKeysQuestion,
  PutSecret,
} from "../../runtime/engine/questions/question.ts";

export interface Person extends Asker {
  /** Every question for a secret, in the order in which it was asked. */
  readonly secrets: readonly PutSecret[];
  readonly hostKeys: readonly HostKeysQuestion[];
  /** What they were told to forget. */
  readonly forgotten: readonly string[];
  /** The most questions that were open at once. */
  mostAtOnce(): number;
}

export interface PersonOptions {
  /** Undefined: declined. */
  secret?(
    question: PutSecret,
    signal: AbortSignal,
  ): Promise<string | undefined> | string | undefined;
  /** Positions of the keys that are trusted; undefined: declined. */
  trust?(
    question: HostKeysQuestion,
    signal: AbortSignal,
  ): Promise<readonly number[] | undefined> | readonly number[] | undefined;
}

export function makePerson({ secret, trust }: PersonOptions): Person {
  const secrets: PutSecret[] = [];
  const hostKeys: HostKeysQuestion[] = [];
  const forgotten: string[] = [];
  const open = { now: 0, most: 0 };
  async function count<T>(answer: () => Promise<T> | T): Promise<T> {
    open.now += 1;
    open.most = Math.max(open.most, open.now);
    try {
      return await answer();
    } finally {
      open.now -= 1;
    }
  }
  return {
    secrets,
    hostKeys,
    forgotten,
    mostAtOnce: () => open.most,
    async askSecret(question, signal): Promise<GivenSecret> {
      if (question.keptOnly) return { kind: "declined" }; // this one keeps nothing
      secrets.push(question);
      const value = await count(() => secret?.(question, signal));
      return value === undefined ? { kind: "declined" } : { kind: "answered", value };
    },
    async askHostKeys(question, signal): Promise<GivenTrust> {
      hostKeys.push(question);
      const trusted = await count(() => trust?.(question, signal));
      return trusted === undefined ? { kind: "declined" } : { kind: "answered", trusted };
    },
    forget: (about) => void forgotten.push(about),
  };
}
