// A server's presence in its state folder: token and record, written under the lock, so that clients find it.
import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  identifyProcess,
  identifyThisProcess,
  makePrivateFolder,
  readServerRecord,
  removeServerRecord,
  type ServerRecord,
  signalProcess,
  socketPathOf,
  tokenFile,
  VERSION,
  writeServerRecord,
} from "re-ops/server";

export interface Presence {
  readonly token: string;
  readonly socket: string;
  /** Clients find the server from here on. */
  announce(): void;
  /** Remembers the live process, for whoever must end it after this server was killed. */
  setLive(pid: number): void;
  /** Clients find no server any more. */
  withdraw(): void;
}

/** Clears up after a server that was killed, and makes what a new one needs. Only under the lock. */
export function takePlace(
  stateFolder: string,
  hash: string,
  log: (line: string) => void,
): Presence {
  endOrphan(readServerRecord(stateFolder), log);
  removeServerRecord(stateFolder);
  const socket = socketPathOf(stateFolder);
  makePrivateFolder(path.dirname(socket));
  rmSync(socket, { force: true });
  const token = randomBytes(32).toString("hex");
  rmSync(tokenFile(stateFolder), { force: true });
  writeFileSync(tokenFile(stateFolder), token, { mode: 0o600, flag: "wx" });
  let record: ServerRecord = { server: identifyThisProcess(), socket, version: VERSION, hash };
  let isAnnounced = false;
  return {
    token,
    socket,
    announce() {
      isAnnounced = true;
      writeServerRecord(stateFolder, record);
    },
    setLive(pid) {
      const { live: _, ...server } = record;
      const live = identifyProcess(pid);
      record = live === undefined ? server : { ...server, live };
      if (isAnnounced) writeServerRecord(stateFolder, record);
    },
    withdraw() {
      isAnnounced = false;
      removeServerRecord(stateFolder);
      rmSync(socket, { force: true });
    },
  };
}

// A live process ends itself when its server is gone, unless it never looks: a loop of user code.
function endOrphan(record: ServerRecord | undefined, log: (line: string) => void): void {
  if (record?.live === undefined) return;
  if (!signalProcess(record.live, "SIGKILL", { group: true })) return;
  log(`ended live process ${String(record.live.pid)}, which a killed server had left behind`);
}
