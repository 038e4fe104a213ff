// Connects to the server of a project folder: finds it, starts it when there is none, and tries again until it answers.
import type { Duplex } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import type { ClientHello } from "../protocol/door.ts";
import { reachEnvironment } from "../project/reach-environment.ts";
import {
  aliveServer,
  readServerRecord,
  serverLogFile,
  type ServerRecord,
  tokenFile,
} from "../project/server-record.ts";
import { type Environment, stateFolderOf } from "../project/state-folder.ts";
import type { NodeChoice } from "./choose-node.ts";
import { type Connection, speak } from "./connection.ts";
import { type Greeting, ImpostorError, openDoor, ServerRefusedError } from "./handshake.ts";
import { type ServerFiles, type StartedServer, startServer } from "./start-server.ts";

export interface ConnectOptions extends ServerFiles {
  /** Real path of the project folder. */
  readonly projectFolder: string;
  readonly node: NodeChoice;
  /** The client's own variables: the server is started with them, and those that reaching hosts depends on are sent. */
  readonly environment: Environment;
  /** Who connects, for the server's log. */
  readonly clientName?: string;
  /** How long a server that this starts stays when nobody is connected and nothing runs. */
  readonly idleMs?: number;
  /** Aborting it gives up; a connection that stands is not touched. */
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

export interface ServerConnection extends Connection {
  /** A second socket, to the door of language features, ready for a language client. */
  openLsp(): Promise<Duplex>;
}

const GIVE_UP_MS = 30_000;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 250;

/**
 * Rejects with `ServerRefusedError` when the server says no, with the signal's reason when that is aborted, and with an
 * error that names the log file when no server comes up.
 */
export async function connectToServer(options: ConnectOptions): Promise<ServerConnection> {
  const stateFolder = stateFolderOf(options.projectFolder, options.environment);
  const greeting: Greeting = {
    project: options.projectFolder,
    environment: reachEnvironment(options.environment),
    client: { name: options.clientName ?? "re-ops", pid: process.pid },
    tokenFile: tokenFile(stateFolder),
  };
  const open = async (door: ClientHello["door"], signal: AbortSignal) =>
    openDoor(requireRecord(stateFolder).socket, door, greeting, signal);
  const { socket, hello } = await untilOpen(options, stateFolder, () =>
    open("runtime", options.signal),
  );
  const connection = speak(socket, hello, options.log);
  const ending = new AbortController();
  return {
    ...connection,
    openLsp: async () => (await open("lsp", ending.signal)).socket,
    dispose() {
      ending.abort(new Error("the connection was disposed"));
      connection.dispose();
    },
  };
}

async function untilOpen<T>(
  options: ConnectOptions,
  stateFolder: string,
  open: () => Promise<T>,
): Promise<T> {
  const end = performance.now() + GIVE_UP_MS;
  let pauseMs = FIRST_PAUSE_MS;
  let started: StartedServer | undefined;
  let last: unknown;
  while (performance.now() < end) {
    options.signal.throwIfAborted();
    if (aliveServer(stateFolder) === undefined) {
      started ??= await startServer({ ...options, stateFolder });
    } else {
      try {
        return await open();
      } catch (error) {
        options.signal.throwIfAborted();
        if (isFinal(error)) throw error;
        last = error; // It is about to listen, or about to end.
        options.log(`not connected yet: ${String(error)}`);
      }
    }
    const code = await Promise.race([wait(pauseMs), ...(started ? [started.ended] : [])]);
    if (started !== undefined && code !== undefined && code !== 0) {
      throw failedToStart(options, serverLogFile(stateFolder), code, started.said());
    }
    if (code === 0) started = undefined; // Another server has the lock.
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
  throw noAnswer(options, stateFolder, last);
}

/** A token may be that of a server which has just taken the place of another. */
function isFinal(error: unknown): boolean {
  if (error instanceof ServerRefusedError) return error.code !== "token";
  return error instanceof ImpostorError;
}

function requireRecord(stateFolder: string): ServerRecord {
  const record = readServerRecord(stateFolder);
  if (record === undefined) throw new Error("the server has ended; connect again");
  return record;
}

function failedToStart(
  { projectFolder }: ConnectOptions,
  logFile: string,
  code: number,
  said: string,
): Error {
  return new Error(
    `The Re-ops server for ${projectFolder} ended at its start with exit code ${String(code)}. ` +
      `In its log ${logFile} it said:\n${said}`,
  );
}

function noAnswer(options: ConnectOptions, stateFolder: string, cause: unknown): Error {
  const pid = readServerRecord(stateFolder)?.server.pid;
  const who = pid === undefined ? "" : ` Its process is ${String(pid)}: end it if it hangs.`;
  return new Error(
    `The Re-ops server for ${options.projectFolder} did not answer within ${String(GIVE_UP_MS / 1000)} s.${who} ` +
      `Look into its log ${serverLogFile(stateFolder)}.`,
    { cause },
  );
}
