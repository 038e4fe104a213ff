// The answer to one question: the one that was kept, else what a person types. A question that is withdrawn meanwhile does not show any more.
import type { AskedSecret, GivenSecret } from "re-ops/protocol";

export interface Typed {
  readonly value: string;
  /** In VS Code's secret storage, for the next time. */
  readonly keep: boolean;
}

export interface WhoAnswers {
  /** A keyring may be locked, and take as long as it likes. */
  find(about: string): Promise<string | undefined>;
  /** Undefined when the person gave no answer. */
  type(question: Omit<AskedSecret, "id">, signal: AbortSignal): Promise<Typed | undefined>;
  keep(about: string, value: string): Promise<void>;
}

export async function answerSecret(
  question: Omit<AskedSecret, "id">,
  who: WhoAnswers,
  signal: AbortSignal,
): Promise<GivenSecret> {
  const { about, retry, keptOnly } = question;
  const kept =
    about === undefined || retry ? undefined : await orWithdrawn(who.find(about), signal);
  if (kept !== undefined) return { kind: "answered", value: kept, isKept: true };
  if (signal.aborted || keptOnly === true) return { kind: "declined" };
  const typed = await who.type(question, signal);
  if (typed === undefined) return { kind: "declined" };
  const isKept = typed.keep && about !== undefined;
  if (isKept) await who.keep(about, typed.value);
  return { kind: "answered", value: typed.value, ...(isKept && { isKept }) };
}

/** Undefined when the signal comes first. */
async function orWithdrawn<T>(found: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return undefined;
  const withdrawn = Promise.withResolvers<undefined>();
  const resolve = () => withdrawn.resolve(undefined);
  signal.addEventListener("abort", resolve, { once: true });
  return Promise.race([found, withdrawn.promise]).finally(() =>
    signal.removeEventListener("abort", resolve),
  );
}
