// A person who is asked questions in a test, and answers when the test says so.
import type { Asker, GivenSecret, PutSecret } from "../../runtime/engine/questions/question.ts";
import { createQuestions } from "../../runtime/engine/questions/questions.ts";

export interface Put {
  readonly question: PutSecret;
  readonly signal: AbortSignal;
  answer(given: GivenSecret): void;
}

/** `kept`: what is known without asking, by the name of what it opens. */
export function makePatientPerson(kept: ReadonlyMap<string, string> = new Map()) {
  const puts: Put[] = [];
  const forgotten: string[] = [];
  const asker: Asker = {
    askSecret(question, signal) {
      const value = kept.get(question.about ?? "");
      if (value !== undefined) return Promise.resolve({ kind: "answered", value, isKept: true });
      if (question.keptOnly) return Promise.resolve({ kind: "declined" });
      return new Promise((resolve) => puts.push({ question, signal, answer: resolve }));
    },
    askHostKeys: () => Promise.resolve({ kind: "declined" }),
    forget: (about) => void forgotten.push(about),
  };
  return { puts, forgotten, questions: createQuestions(asker) };
}

export function say(puts: readonly Put[], index: number, value: string): void {
  puts[index]?.answer({ kind: "answered", value });
}
