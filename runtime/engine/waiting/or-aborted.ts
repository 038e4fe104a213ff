// Waits for something only as long as nobody calls it off.

/** The value, or the signal's reason as a rejection, whichever comes first. Without a signal the value. */
export async function orAborted<T>(value: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) return value;
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([value, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
