// Keys that nobody knows, gathered while hosts of an evaluation still arrive, and put to a person in one question for all.
import type { Clock } from "../waiting/clock.ts";
import { orAborted } from "../waiting/or-aborted.ts";
import type { UnknownHostKey } from "../questions/question.ts";
import type { Questions } from "../questions/questions.ts";

/** Whoever comes later than this after the last one gets a question of its own: a dead host must not delay the others. */
const QUIET_MS = 1000;
/** The same when nobody else is on the way: time for those who are about to be. */
const ALL_IN_MS = 100;

export type Decision = "trusted" | "declined" | "nobody";

export interface Strangers {
  /** A host is on the way, and may show a key that nobody knows; returns how to say that it has arrived, or never will. */
  expect(evaluationId: string | undefined): () => void;
  /** Rejects with the signal's reason; a question that nobody waits for any more is taken away. */
  decide(
    key: UnknownHostKey,
    evaluationId: string | undefined,
    signal: AbortSignal,
  ): Promise<Decision>;
}

interface Waiting {
  readonly key: UnknownHostKey;
  readonly resolve: (decision: Decision) => void;
}

/** Those who wait for the same question. */
interface Gathering {
  readonly all: Set<Waiting>;
  readonly withdrawal: AbortController;
  callOff: () => void;
}

export function createStrangers(questions: Questions, clock: Clock): Strangers {
  const onTheWay = new Map<string | undefined, number>();
  const gatherings = new Map<string | undefined, Gathering>();

  /** Starts the wait anew: somebody came, or somebody less is to be waited for. */
  function settleSoon(evaluationId: string | undefined, gathering: Gathering): void {
    const others = (onTheWay.get(evaluationId) ?? 0) - gathering.all.size;
    gathering.callOff();
    gathering.callOff = clock.after(others > 0 ? QUIET_MS : ALL_IN_MS, () => {
      gatherings.delete(evaluationId);
      void ask(gathering, evaluationId);
    });
  }

  async function ask(gathering: Gathering, evaluationId: string | undefined): Promise<void> {
    const asked = [...gathering.all];
    if (asked.length === 0) return;
    const { signal } = gathering.withdrawal;
    const decisions = await putQuestion(asked, evaluationId, signal);
    for (const [index, { resolve }] of asked.entries()) resolve(decisions[index] ?? "declined");
  }

  async function putQuestion(
    asked: readonly Waiting[],
    evaluationId: string | undefined,
    signal: AbortSignal,
  ): Promise<readonly Decision[]> {
    // One host may be reached in several ways.
    const unlike = new Map(asked.map(({ key }) => [nameOf(key), key]));
    const keys = [...unlike.values()].toSorted((one, other) =>
      (one.alias ?? one.host).localeCompare(other.alias ?? other.host, "en", { numeric: true }),
    );
    try {
      const given = await questions.askHostKeys({ keys, evaluationId }, signal);
      if (given.kind !== "answered") return asked.map(() => given.kind);
      const trusted = new Set(keys.filter((_, at) => given.trusted.includes(at)).map(nameOf));
      return asked.map(({ key }) => (trusted.has(nameOf(key)) ? "trusted" : "declined"));
    } catch (error) {
      if (!signal.aborted) throw error;
      return []; // nobody waits for it any more
    }
  }

  function join(evaluationId: string | undefined): Gathering {
    const gathering = gatherings.get(evaluationId) ?? {
      all: new Set(),
      withdrawal: new AbortController(),
      callOff: () => {},
    };
    gatherings.set(evaluationId, gathering);
    return gathering;
  }

  return {
    expect(evaluationId) {
      onTheWay.set(evaluationId, (onTheWay.get(evaluationId) ?? 0) + 1);
      let hasArrived = false;
      return () => {
        if (hasArrived) return;
        hasArrived = true;
        const left = (onTheWay.get(evaluationId) ?? 1) - 1;
        if (left === 0) onTheWay.delete(evaluationId);
        else onTheWay.set(evaluationId, left);
        const gathering = gatherings.get(evaluationId);
        if (gathering !== undefined && left === gathering.all.size) {
          settleSoon(evaluationId, gathering);
        }
      };
    },
    async decide(key, evaluationId, signal) {
      signal.throwIfAborted();
      const gathering = join(evaluationId);
      const decision = Promise.withResolvers<Decision>();
      const waiting = { key, resolve: decision.resolve };
      gathering.all.add(waiting);
      settleSoon(evaluationId, gathering);
      try {
        return await orAborted(decision.promise, signal);
      } finally {
        gathering.all.delete(waiting);
        if (gathering.all.size === 0) {
          gathering.callOff();
          if (gatherings.get(evaluationId) === gathering) gatherings.delete(evaluationId);
          gathering.withdrawal.abort(signal.reason);
        }
      }
    },
  };
}

function nameOf({ name, fingerprint }: UnknownHostKey): string {
  return `${name} ${fingerprint}`;
}
