// What is copied: new bytes for each measurement, so that no copy of an earlier one passes for it, and the check that every host has them.
import { createHash, randomFillSync } from "node:crypto";
import { chmod, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Fleet } from "../fanout/fleet.ts";

/** Its name in each host's home folder. */
export const COPIED = "copied";
const MODE = 0o640;

export interface Payload {
  readonly file: string;
  /** Other bytes, and no copy of them anywhere. */
  renew(): Promise<void>;
  /** Says what is wrong first; nothing when every host has the file, and it is right. */
  findWrong(): Promise<string | undefined>;
}

export async function createPayload(
  { homes }: Fleet,
  folder: string,
  bytes: number,
): Promise<Payload> {
  const file = path.join(folder, "payload");
  const contents = Buffer.alloc(bytes);
  let expected = "";
  const payload: Payload = {
    file,
    async renew() {
      randomFillSync(contents);
      expected = hashOf(contents);
      await writeFile(file, contents);
      await chmod(file, MODE);
      for (const home of homes.values()) await rm(path.join(home, COPIED), { force: true });
    },
    async findWrong() {
      for (const [address, home] of homes) {
        const copy = path.join(home, COPIED);
        const wrong = await findWrongCopy(copy, expected).catch(String);
        if (wrong !== undefined) return `${address}: ${wrong}`;
      }
      return undefined;
    },
  };
  await payload.renew();
  return payload;
}

async function findWrongCopy(file: string, expected: string): Promise<string | undefined> {
  if (hashOf(await readFile(file)) !== expected) return "other bytes arrived";
  const mode = (await stat(file)).mode & 0o777;
  return mode === MODE ? undefined : `its permission bits are ${mode.toString(8)}`;
}

function hashOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
