// What a server is told on its command line by the client that starts it.
import { parseArgs } from "node:util";
import { z } from "zod";

const settingsSchema = z.object({
  /** Real path of the project folder. */
  project: z.string(),
  /** The file that is the live process. */
  live: z.string(),
  /** Content hash of the files that it runs from. */
  hash: z.string().default("development"),
  /** The types of `re-ops`, for projects that have none. */
  types: z.string().optional(),
  /** How long it stays when nobody is connected and nothing runs: long enough for an editor to be started again. */
  "idle-ms": z.coerce.number().int().nonnegative().default(120_000),
});
export type Settings = z.infer<typeof settingsSchema>;

export function readSettings(words: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...words],
    options: {
      project: { type: "string" },
      live: { type: "string" },
      hash: { type: "string" },
      types: { type: "string" },
      "idle-ms": { type: "string" },
    },
  });
  const settings = settingsSchema.safeParse(values);
  if (settings.success) return settings.data;
  throw new Error(
    `a server is started by its client, as: --project FOLDER --live FILE [--hash HASH] [--types FOLDER] [--idle-ms MS]: ${settings.error.message}`,
  );
}
