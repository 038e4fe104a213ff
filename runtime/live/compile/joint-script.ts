// Runs what a file was compiled to, as a script whose bytecode can be kept: V8 then compiles it no second time.
import { Script } from "node:vm";
import type { Executable } from "./compiled-pieces.ts";
import { mapComment } from "./translate.ts";
import type { Origin } from "./translate.ts";

export interface JointScript {
  readonly executables: readonly Executable[];
  /** With all functions that were called so far. Another version of V8 does not take it, and compiles the code itself. */
  bytecode(): Buffer;
}

/** `code`: a list of functions. `mappings` lead from it to its file. */
export function runJoint(
  code: string,
  mappings: string,
  origin: Pick<Origin, "url" | "version">,
  bytecode?: Buffer,
): JointScript {
  // Node takes the maps of modules and of what `eval` gets, not of scripts: an empty text of the same address brings it.
  // oxlint-disable-next-line eslint/no-eval
  (0, eval)(mapComment(mappings, origin));
  const filename = `${origin.url}?${origin.version}`;
  const known = bytecode === undefined ? {} : { cachedData: bytecode };
  const script = new Script(code, { filename, ...known });
  return {
    executables: script.runInThisContext() as readonly Executable[],
    bytecode: () => script.createCachedData(),
  };
}
