// Puts the values of secrets into a script, which then goes to the host by standard input: a command line would show it.
import { Readable } from "node:stream";
import { quote, type ScriptSecret, STAND_IN } from "../../describe/script/script.ts";
import type { SecretValue } from "../../describe/secrets/secret.ts";
import { buildReader } from "../shell/command-line.ts";

/**
 * Reads a script whose end is the mark, and runs it with an empty input; of one that is cut off nothing runs. Where `printf` is a
 * program, its arguments would show in the list of processes: there nothing is read, and the step fails.
 */
export function buildSecretReader(endMark: string): string {
  return [
    'case "$(command -v printf)" in printf) ;;',
    '*) echo "re-ops: printf is not built into the sh of this host, so a secret would show in ps: nothing was run" >&2; exit 126 ;;',
    `esac; ${buildReader(endMark, false)}`,
  ].join(" ");
}

/** Throws when a stand-in is not where it should be, which is a mistake of ours. */
export function fillScript(
  text: string,
  secrets: readonly ScriptSecret[],
  valueOf: (secret: SecretValue) => string,
): string {
  let filled = "";
  let done = 0;
  for (const { at, secret } of secrets) {
    if (at < done || !text.startsWith(STAND_IN, at)) {
      throw new Error(`secret ${secret.secret} has no place in the script`);
    }
    filled += text.slice(done, at) + quote(valueOf(secret));
    done = at + STAND_IN.length;
  }
  return filled + text.slice(done);
}

/** A script as what its channel reads. */
export function asInput(filled: string, endMark: string): () => Readable {
  return () => Readable.from([Buffer.from(`${filled}\n${endMark}`)]);
}
