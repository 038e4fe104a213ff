// What a server writes about itself, so that clients find it and its successor can clear up after it.
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { isAlive, processIdentitySchema } from "./process-identity.ts";

const serverRecordSchema = z.object({
  server: processIdentitySchema,
  /** Its live process, when it has one: an orphan of a killed server must not go on. */
  live: processIdentitySchema.optional(),
  socket: z.string(),
  version: z.string(),
  /** Content hash of the copy it runs from. */
  hash: z.string(),
});
export type ServerRecord = z.infer<typeof serverRecordSchema>;

/** Undefined when no server listens, as far as the folder knows; its process may be dead. */
export function readServerRecord(stateFolder: string): ServerRecord | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(recordFile(stateFolder), "utf8"));
    return serverRecordSchema.safeParse(value).data;
  } catch {
    return undefined; // Absent; it is never half-written, because it is renamed into place.
  }
}

/** Of the server whose process runs. */
export function aliveServer(stateFolder: string): ServerRecord | undefined {
  const record = readServerRecord(stateFolder);
  return record !== undefined && isAlive(record.server) ? record : undefined;
}

export function writeServerRecord(stateFolder: string, record: ServerRecord): void {
  const file = recordFile(stateFolder);
  writeFileSync(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function removeServerRecord(stateFolder: string): void {
  rmSync(recordFile(stateFolder), { force: true });
}

/** Where the token is, that proves to a server that the client is of the same user, and the other way round. */
export function tokenFile(stateFolder: string): string {
  return path.join(stateFolder, "token");
}

export function serverLogFile(stateFolder: string): string {
  return path.join(stateFolder, "server.log");
}

function recordFile(stateFolder: string): string {
  return path.join(stateFolder, "server.json");
}
