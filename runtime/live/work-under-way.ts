// The user's code under way in the live process: evaluations and what nobody asked for, each of which can be interrupted.
import { randomUUID } from "node:crypto";
import { type Evaluation, type EvaluationConsole, inEvaluation } from "../port.ts";
import type { Session, SessionResult } from "./session.ts";

export interface WorkUnderWay {
  /** Whether no evaluation is under way. */
  readonly isIdle: boolean;
  /** `console` is that of the session alone. */
  evaluate(session: Session, console: EvaluationConsole): Promise<SessionResult>;
  /** Work that no evaluation asked for, such as a refresh. */
  atNobodys<T>(body: () => Promise<T>): Promise<T>;
  /** All of it, whoever asked for it. */
  interruptAll(): void;
  /** Evaluations only. */
  interruptSessions(isMeant: (id: string) => boolean): void;
  /** Settles what never will by itself, and says why; gives the evaluation, when it is one. */
  breakOff(id: string, why: string): Session | undefined;
  /** The evaluation whose code prints there, also when it is over: what it left behind may break long after. */
  ownerOf(console: EvaluationConsole): Session | undefined;
}

/** `nobody`: in whose name is done what no evaluation asked for. */
export function createWorkUnderWay(nobody: Omit<Evaluation, "id" | "signal">): WorkUnderWay {
  const sessions = new Map<string, Session>();
  const nobodys = new Map<string, AbortController>();
  const owners = new WeakMap<EvaluationConsole, Session>();

  function interruptSessions(isMeant: (id: string) => boolean): void {
    for (const session of sessions.values()) if (isMeant(session.id)) session.interrupt();
  }

  return {
    get isIdle() {
      return sessions.size === 0;
    },
    async evaluate(session, console) {
      sessions.set(session.id, session);
      owners.set(console, session);
      const result = await session.evaluate();
      sessions.delete(session.id);
      return result;
    },
    async atNobodys(body) {
      const [id, work] = [randomUUID(), new AbortController()];
      nobodys.set(id, work);
      try {
        return await inEvaluation({ ...nobody, id, signal: work.signal }, body);
      } finally {
        nobodys.delete(id);
      }
    },
    interruptAll() {
      interruptSessions(() => true);
      for (const work of nobodys.values()) work.abort(new Error("interrupted"));
    },
    interruptSessions,
    breakOff(id, why) {
      nobodys.get(id)?.abort(new Error(why));
      const session = sessions.get(id);
      session?.interrupt(why);
      return session;
    },
    ownerOf: (console) => owners.get(console),
  };
}
