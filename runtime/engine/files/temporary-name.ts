// Names of what is not whole yet: hidden, short however long the real name is, never guessed, and known again when left behind.
import { randomBytes } from "node:crypto";

const PREFIX = ".re-ops-";
const SUFFIX = ".part";

/** As a shell and `find` write it. */
export const TEMPORARY_PATTERN = `${PREFIX}*${SUFFIX}`;

export function newTemporaryName(): string {
  return `${PREFIX}${randomBytes(12).toString("hex")}${SUFFIX}`;
}

export function isTemporaryName(name: string): boolean {
  return name.startsWith(PREFIX) && name.endsWith(SUFFIX);
}
