// The server of one project folder, composed: engine, live process, doors, and the end of it all.
import path from "node:path";
import { inspect } from "node:util";
import {
  dependencyOffered,
  notice,
  runsChanged,
  type Status,
  statusChanged,
} from "re-ops/protocol";
import {
  closeAll,
  compiledFolderIn,
  createEngine,
  type Engine,
  identifyThisProcess,
  isAlive,
  reachEnvironment,
  readKeeping,
  systemClock,
  VERSION,
} from "re-ops/server";
import { askClients } from "./doors/ask-clients.ts";
import { type Clients, createClients } from "./doors/clients.ts";
import type { HandshakeOptions } from "./doors/handshake.ts";
import { serveLanguage } from "./doors/lsp.ts";
import { type RuntimeDoor, serveRuntime } from "./doors/runtime.ts";
import { makeDoors } from "./doors/socket.ts";
import { RecentDocuments } from "re-ops/syntax";
import { watchIdle } from "./lifecycle/idle.ts";
import type { Presence } from "./lifecycle/presence.ts";
import { composeLiveSide, type LiveSide } from "./live/live-side.ts";
import { createOwners } from "./live/owners.ts";
import { createStandings } from "./live/standings.ts";
import type { Log } from "./log.ts";
import type { Settings } from "./settings.ts";
import { throttle } from "./throttle.ts";
import { addDependency } from "./types/add-dependency.ts";
import { keepTypes, type KeptTypes } from "./types/keep-types.ts";

export interface ServerOptions {
  readonly settings: Settings;
  readonly stateFolder: string;
  readonly presence: Presence;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: Log;
}

export interface Server {
  /** Stops what runs, and all that was started here. */
  end(why: string): Promise<void>;
  /** Resolves when it has ended, by itself or by `end`. */
  readonly ended: Promise<void>;
}

const HANDSHAKE_MS = 2000;
const STATUS_MS = 100;
/** Whose syntax is kept: that of the file under the cursor and of the one beside it. */
const SHOWN_FILES = 2;
/** Whoever started this server is on the way to it. */
const FIRST_CLIENT_MS = 15_000;

export async function serve(options: ServerOptions): Promise<Server> {
  const { settings, presence, log } = options;
  const ended = Promise.withResolvers<undefined>();
  let ending: Promise<void> | undefined;
  const clients = createClients(changed);
  const owners = createOwners();
  const { keeping, problem } = await readKeeping(settings.project);
  const onProblem = (message: string) => {
    log(message);
    clients.announce(notice, { severity: "error", message });
  };
  if (problem !== undefined) onProblem(problem);
  const engine = createEngine({
    stateFolder: options.stateFolder,
    keeping,
    environment: reachEnvironment(options.environment),
    localFolder: settings.project,
    owner: identifyThisProcess(),
    isAlive,
    readVariable: (name) => options.environment[name],
    asker: askClients({ clients, ownerOf: (evaluationId) => owners.ownerOf(evaluationId) }),
    onProblem,
  });
  const sources = new RecentDocuments(SHOWN_FILES);
  const standings = createStandings();
  const live = composeLiveSide({
    entry: settings.live,
    projectFolder: settings.project,
    compiledFolder: compiledFolderIn(options.stateFolder),
    engine,
    clock: systemClock,
    clients,
    sources,
    standings,
    owners,
    log,
    onProcess: (pid) => {
      presence.setLive(pid);
    },
    onChange: changed,
  });
  const status = describeStatus(settings.project, { engine, clients, live });
  const tellStatus = throttle(STATUS_MS, changesOf(status, clients));
  const isBusy = () => engine.runningCount() > 0 || live.evaluating > 0;
  const doors = makeDoors({
    path: presence.socket,
    token: presence.token,
    identity: identityOf(settings),
    timeoutMs: HANDSHAKE_MS,
    log,
    onChange: changed,
    onDoor: (socket, hello) => {
      const isVisitor = hello.environment === undefined;
      if (hello.environment !== undefined) engine.setEnvironment(hello.environment);
      if (hello.door === "lsp") serveLanguage(socket, { version: VERSION, sources, standings });
      else clients.add(serveRuntime(socket, runtime, log), isVisitor);
    },
  });
  const idle = watchIdle({
    isIdle: () => doors.connections === 0 && !isBusy(),
    graceMs: () => Math.max(settings["idle-ms"], doors.wereOpened ? 0 : FIRST_CLIENT_MS),
    onIdle: () => void end("nobody is connected and nothing runs"),
  });
  const stopTelling = engine.onRunsChanged((changes) => {
    clients.tellAll(runsChanged, { changes });
    changed();
  });
  const types = keepTypesOf(settings, clients, log);
  const runtime: RuntimeDoor = {
    engine,
    live,
    sources,
    status,
    stop(force) {
      if (isBusy() && !force) return { stopped: false, message: "Something runs; stop it first." };
      setImmediate(() => void end("a client asked for it")); // The answer goes first.
      return { stopped: true, message: "The server ends." };
    },
    addDependency: () => addDependency(settings.project),
  };

  function changed(): void {
    tellStatus();
    idle.look();
  }

  async function stopAll(why: string): Promise<void> {
    log(`ending: ${why}`);
    presence.withdraw();
    idle.dispose();
    types?.dispose();
    stopTelling();
    tellStatus.dispose();
    await closeAll([() => live.stop(), () => engine.dispose(), () => doors.close()]).catch(
      (error: unknown) => {
        log(`not all of it could be closed: ${inspect(error)}`);
      },
    );
    log("ended");
    ended.resolve(undefined);
  }

  function end(why: string): Promise<void> {
    ending ??= stopAll(why);
    return ending;
  }

  await doors.open();
  presence.announce();
  live.warmUp();
  void engine.warm({ auth: {}, hosts: [], limits: {} });
  changed();
  return { end, ended: ended.promise.then(() => undefined) };
}

function identityOf({ hash, project }: Settings): HandshakeOptions["identity"] {
  return { version: VERSION, hash, project, pid: process.pid, capabilities: ["lsp", "runtime"] };
}

function keepTypesOf(settings: Settings, clients: Clients, log: Log): KeptTypes | undefined {
  const { project, types } = settings;
  if (types === undefined) return undefined;
  const packageJson = path.join(project, "package.json");
  const message =
    "This project does not name re-ops in its package.json, so every npm install takes its types away and Re-ops writes them again. " +
    "Add re-ops to devDependencies?";
  return keepTypes({
    projectFolder: project,
    typesFolder: types,
    log,
    onOffer: () => {
      clients.ask(dependencyOffered, { packageJson, message });
    },
  });
}

function describeStatus(
  project: string,
  parts: { readonly engine: Engine; readonly clients: Clients; readonly live: LiveSide },
): () => Status {
  const startedAt = Date.now();
  return () => ({
    pid: process.pid,
    version: VERSION,
    project,
    startedAt,
    live: parts.live.status(),
    connections: parts.engine.connectionCount(),
    channels: parts.engine.channelCount(),
    clients: parts.clients.count,
    running: parts.engine.runningCount(),
    evaluating: parts.live.evaluating,
  });
}

/** Tells every client the status when it is another than the last one told. */
function changesOf(status: () => Status, clients: Clients): () => void {
  let last = "";
  return () => {
    const now = status();
    const text = JSON.stringify(now);
    if (text === last) return;
    last = text;
    clients.tellAll(statusChanged, now);
  };
}
