// Makes sure of the programs that a bench compares with; one that cannot be had is a miss that says how to get it.
import { ensureSystemPrograms } from "../../../scripts/system-packages.ts";
import type { Peers } from "./bench.ts";

/** Why a peer is not there, by its key. */
export async function findAbsentPeers(peers: Peers): Promise<ReadonlyMap<string, string>> {
  const absent = new Map<string, string>();
  for (const [key, program] of Object.entries(peers)) {
    try {
      await ensureSystemPrograms([program], "The comparison");
    } catch (error) {
      absent.set(key, error instanceof Error ? error.message : String(error));
    }
  }
  return absent;
}
