// Options by name: one that does not exist is a mistake, and never a wish that is quietly left out.
import { ProgramError } from "./program-error.ts";

/** `what` is how one of them is called, such as `limit`. Throws `ProgramError`. */
export function refuseUnknown(what: string, given: object, known: readonly string[]): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    throw new ProgramError(`there is no ${what} ${name}`, `give one of ${known.join(", ")}`);
  }
}
