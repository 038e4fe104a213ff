// What the end of a channel says about the command that ran in it.
import type { Exit } from "../transports/transport.ts";

/** False: the channel ended without a word about the command, as when the connection breaks. */
export function isSeen(exit: Exit): boolean {
  return exit.code !== undefined || exit.signal !== undefined;
}
