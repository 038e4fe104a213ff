// Evaluates code of the user's so that what waits for it goes on when the evaluation is interrupted, whatever that code does.
import { inOwnJob } from "../../describe/apart.ts";
import { ambientEvaluation } from "../../port.ts";

/** Resolves and rejects as `body`, and rejects once the running evaluation is interrupted; does not begin when it is already. */
export async function outlive(body: () => Promise<void>): Promise<void> {
  const signal = ambientEvaluation()?.signal;
  signal?.throwIfAborted();
  const over = Promise.withResolvers<void>();
  const giveUp = () => {
    over.reject(signal?.reason);
  };
  signal?.addEventListener("abort", giveUp, { once: true });
  inOwnJob(() => {
    body().then(over.resolve, over.reject);
  });
  try {
    await over.promise;
  } finally {
    signal?.removeEventListener("abort", giveUp);
  }
}
