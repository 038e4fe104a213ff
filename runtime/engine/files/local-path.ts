// Where on this machine a path of a copy leads.
import path from "node:path";
import { LocalObstacle } from "./obstacle.ts";

export interface LocalPlaces {
  /** Where relative paths begin. */
  readonly folder?: string | undefined;
  readonly home?: string | undefined;
}

export function resolveLocal(given: string, { folder, home }: LocalPlaces): string {
  if (home !== undefined && /^~(?:\/|$)/u.test(given)) return path.join(home, given.slice(1));
  if (path.isAbsolute(given)) return path.normalize(given);
  if (folder !== undefined) return path.resolve(folder, given);
  throw new LocalObstacle(
    `${given} is a relative path, and nothing says where it begins`,
    "give a path that begins with /",
  );
}
