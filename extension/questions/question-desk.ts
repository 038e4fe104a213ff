// Where the questions of all servers of this window arrive: one is shown at a time, and kept answers are given without asking.
import type { ServerConnection } from "re-ops/client";
import {
  answerWasWrong,
  type AskedSecret,
  askHostKeys,
  askSecret,
  type GivenSecret,
  type GivenTrust,
  questionWithdrawn,
} from "re-ops/protocol";
import { answerSecret } from "../core/answer-secret.ts";
import { TurnsOfQuestions } from "../core/turns-of-questions.ts";
import type { KeptAnswers } from "./kept-answers.ts";
import { pickHostKeys } from "./pick-host-keys.ts";
import { typeSecret } from "./type-secret.ts";

export class QuestionDesk {
  readonly #kept: KeptAnswers;
  readonly #onProblem: (what: string, error: unknown) => void;
  readonly #turns = new TurnsOfQuestions();

  constructor(kept: KeptAnswers, onProblem: (what: string, error: unknown) => void) {
    this.#kept = kept;
    this.#onProblem = onProblem;
  }

  /** Answers this server for as long as it is connected. */
  serve({ runtime, closed }: Pick<ServerConnection, "runtime" | "closed">): void {
    const open = new Map<string, AbortController>();
    const untilWithdrawn = <T>(id: string, ask: (signal: AbortSignal) => Promise<T>) => {
      const withdrawal = new AbortController();
      open.set(id, withdrawal);
      return ask(withdrawal.signal).finally(() => open.delete(id));
    };
    const inTurn = <T>(id: string, declined: T, ask: (signal: AbortSignal) => Promise<T>) =>
      untilWithdrawn(id, (signal) => this.#turns.take(ask, declined, signal));
    runtime.onRequest(askSecret, ({ id, ...question }) => {
      const answer = (signal: AbortSignal) => this.#answer(question, signal);
      return question.keptOnly === true // nothing shows
        ? untilWithdrawn(id, answer)
        : inTurn<GivenSecret>(id, { kind: "declined" }, answer);
    });
    runtime.onRequest(askHostKeys, ({ id, keys }) =>
      inTurn<GivenTrust>(id, { kind: "declined" }, (signal) => pickHostKeys(keys, signal)),
    );
    runtime.onNotification(questionWithdrawn, ({ id }) => open.get(id)?.abort());
    runtime.onNotification(answerWasWrong, ({ about }) => void this.#forget(about));
    void closed.then(() => {
      for (const withdrawal of open.values()) withdrawal.abort();
    });
  }

  #answer(question: Omit<AskedSecret, "id">, signal: AbortSignal): Promise<GivenSecret> {
    const who = {
      find: (about: string) => this.#find(about),
      type: typeSecret,
      keep: (about: string, value: string) => this.#keep(about, value),
    };
    return answerSecret(question, who, signal);
  }

  /** A machine without a keyring still has a person to ask. */
  async #find(about: string): Promise<string | undefined> {
    return this.#kept.get(about).catch((error: unknown) => {
      this.#onProblem(`the kept ${about} cannot be read`, error);
      return undefined;
    });
  }

  /** What cannot be kept is an answer all the same. */
  async #keep(about: string, value: string): Promise<void> {
    await this.#kept.keep(about, value).catch((error: unknown) => {
      this.#onProblem(`the ${about} could not be kept`, error);
    });
  }

  async #forget(about: string): Promise<void> {
    await this.#kept.forget(about).catch((error: unknown) => {
      this.#onProblem(`the kept ${about} could not be forgotten`, error);
    });
  }
}
