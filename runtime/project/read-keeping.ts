// What a project's re-ops.config.json says of how much is kept on disk.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { type Keeping, USUAL_KEEPING } from "../engine/keeping.ts";
import { CONFIG_FILE } from "./project-folder.ts";

const amount = z.number().nonnegative();
const count = z.number().int().nonnegative();
const configSchema = z.object({
  keep: z
    .strictObject({
      hostMegabytes: amount.exactOptional(),
      outputMegabytes: amount.exactOptional(),
      outputDays: amount.exactOptional(),
      runs: count.exactOptional(),
      runDays: amount.exactOptional(),
    })
    .exactOptional(),
});

/** The usual where it says nothing, and, with a problem to tell, where what it says makes no sense. */
export async function readKeeping(
  projectFolder: string,
): Promise<{ readonly keeping: Keeping; readonly problem?: string }> {
  const file = path.join(projectFolder, CONFIG_FILE);
  const text = await readFile(file, "utf8").catch(() => "{}"); // no such file: nothing is said
  try {
    const { keep } = configSchema.parse(JSON.parse(text));
    return { keeping: { ...USUAL_KEEPING, ...keep } };
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    const problem = `${file} is not understood (${why.replaceAll(/\s+/gu, " ")}), so the usual holds - mend it, then restart the server`;
    return { keeping: USUAL_KEEPING, problem };
  }
}
