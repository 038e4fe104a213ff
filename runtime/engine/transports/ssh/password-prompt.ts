// Whether what a host says is the question for the account's own password.

/** Only what surely is the account's own password is kept: all else may be good for one time only. */
export function asksForPassword(prompt: string): boolean {
  return /^\s*(?:\S+@\S+'s )?password(?: for \S+)?\s*:?\s*$/iu.test(prompt.slice(0, 200));
}
