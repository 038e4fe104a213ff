// Random files of ssh_config, and what `ssh -G` says of them: whoever reads such files has to say the same.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { TestContext } from "node:test";
import * as fc from "fast-check";
import { temporaryFolder } from "../support/temporary.ts";
import { runCommand } from "./run-command.ts";

export interface RandomConfigs {
  /** What stands in them, a line each. */
  readonly lines: readonly string[];
  /** What their `Host` lines name. */
  readonly patterns: readonly string[];
  readonly names: readonly string[];
  /** How many of the names each file is asked for. */
  readonly namesPerFile: { readonly minLength: number; readonly maxLength: number };
  readonly users: readonly (string | undefined)[];
  readonly numRuns: number;
}

/** Answers for a name, or rejects. */
export type ReadName = (alias: string, user: string | undefined) => Promise<unknown>;

/** `open` begins with a file that is to be read; `understand` makes of what `ssh -G` printed what its answer has to be. */
export async function assertReadAsBySsh(
  t: TestContext,
  { lines, patterns, names, namesPerFile, users, numRuns }: RandomConfigs,
  open: (file: string) => ReadName,
  understand: (printed: string, alias: string) => unknown,
): Promise<void> {
  const folder = await temporaryFolder(t);
  const [file, included] = [path.join(folder, "config"), path.join(folder, "included")];
  await fc.assert(
    fc.asyncProperty(
      ...files(lines, patterns),
      fc.shuffledSubarray([...names], namesPerFile),
      fc.constantFrom(...users),
      async (chosen, chosenToInclude, aliases, user) => {
        const text = chosen.join("\n").replaceAll(INCLUDED, included);
        await writeFile(included, chosenToInclude.join("\n"));
        await writeFile(file, text);
        const read = open(file);
        for (const alias of aliases) {
          const expected = await askSsh(file, alias, user).then(
            (printed) => understand(printed, alias),
            () => "refused",
          );
          let why = "";
          const actual = await read(alias, user).catch((error: unknown) => {
            why = ` (${String(error)})`;
            return "refused";
          });
          const where = `${alias} in:\n${text}\nincluded:\n${chosenToInclude.join("\n")}`;
          assert.deepEqual(actual, expected, `${where}${why}`);
        }
      },
    ),
    { numRuns },
  );
}

const INCLUDED = "INCLUDED";

/** The lines of a file, and of the one that it may include. */
function files(lines: readonly string[], patterns: readonly string[]) {
  const line = fc.constantFrom(...lines);
  const host = fc
    .array(fc.constantFrom(...patterns), { minLength: 1, maxLength: 3 })
    .map((some) => `Host ${some.join(" ")} # why`);
  const include = fc.constant(`Include ${INCLUDED}`);
  const weighted = [{ weight: 4, arbitrary: line }, { weight: 3, arbitrary: host }, include];
  return [
    fc.array(fc.oneof(...weighted), { maxLength: 8 }),
    fc.array(fc.oneof(line, host), { maxLength: 4 }),
  ] as const;
}

function askSsh(file: string, alias: string, user: string | undefined): Promise<string> {
  const given = user === undefined ? [] : ["-l", user];
  return runCommand("ssh", ["-G", "-F", file, ...given, "--", alias]);
}
