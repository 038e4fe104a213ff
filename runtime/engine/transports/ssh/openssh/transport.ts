// The transport over the system's ssh: it can all that OpenSSH can, such as certificates, FIDO keys and post-quantum key exchange.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Clock } from "../../../waiting/clock.ts";
import type { Questions } from "../../../questions/questions.ts";
import { createWaiting } from "../../../questions/waiting.ts";
import type { Trust } from "../../../trust/trust.ts";
import { describeLack } from "../../start-child.ts";
import { type Budget, createBudget } from "../budget.ts";
import { describeCommand } from "../ssh-command.ts";
import { describeTimeout } from "../failures.ts";
import { createNamedPassword } from "../person.ts";
import { whileDropped } from "../while-dropped.ts";
import type { SshSettings } from "../config/settings.ts";
import { type SshConfig, createSshConfig } from "../config/ssh-config.ts";
import { expandPath } from "../config/tokens.ts";
import { ConnectionError } from "../../../host-errors.ts";
import type { Connection, Environment, Route, Target, Transport } from "../../transport.ts";
import { type Asking, startAsking } from "./asking.ts";
import { describeMaster } from "./command.ts";
import { createOpensshConnection } from "./connection.ts";
import { type ControlSocket, openControlSocket } from "./control-socket.ts";
import { type FailureContext, LoginRefusal } from "./failures.ts";
import { type Keeper, createKeeper } from "./keeper.ts";
import { describeMissing, startMaster } from "./master.ts";
import { listen } from "./said.ts";
import { marksPromptsOfHosts } from "./version.ts";

/** How long a master on this machine may take to answer on its control socket. */
const CONTROL_PATIENCE_MS = 10_000;
/** What every system allows for a socket, less what ssh adds to its name while it makes it. */
const LONGEST_SOCKET_PATH_BYTES = 103 - 17;

export interface OpensshOptions {
  readonly environment: Environment;
  readonly clock: Clock;
  /** From 0 to 1, for pauses of random length. */
  readonly random: () => number;
  readonly questions: Questions;
  readonly trust: Trust;
  readonly sshConfig?: SshConfig;
}

/** A target, and what is needed to start a master for it. */
interface Way {
  readonly target: Target;
  readonly settings: SshSettings;
  readonly keyFile: string | undefined;
  readonly context: FailureContext;
  readonly environment: Environment;
  readonly clock: Clock;
  /** From 0 to 1, for pauses of random length. */
  readonly random: () => number;
  readonly keeper: Keeper;
  readonly questions: Questions;
  readonly trust: Trust;
  readonly mayHostsAsk: () => Promise<boolean>;
}

export function createOpensshTransport(options: OpensshOptions): Transport {
  const { environment } = options;
  const sshConfig = options.sshConfig ?? createSshConfig(environment);

  const keeper = createKeeper(environment);
  let marked: Promise<boolean> | undefined;
  const mayHostsAsk = () => (marked ??= marksPromptsOfHosts(environment));

  async function findWay(target: Target): Promise<Way> {
    const { user, port, sshKey } = target.auth;
    const answer = await sshConfig.resolve({ alias: target.host, user, port });
    const { settings } = answer;
    const context = {
      place: `${placeOf(settings)}, by the system's ssh`,
      sshCommand: describeCommand(target, environment),
      isStrict: isStrict(settings),
    };
    if (answer.note !== undefined) throw describeMissing(context);
    const keyFile =
      sshKey === undefined ? undefined : expandPath(sshKey, target.host, settings, environment);
    return { ...options, target, settings, keyFile, context, keeper, mayHostsAsk };
  }

  return {
    name: "openssh",
    async route(target): Promise<Route> {
      const way = await findWay(target);
      const { host, auth } = target;
      return {
        identity: JSON.stringify([
          "openssh",
          host,
          auth.user,
          auth.port,
          auth.sshKey,
          way.settings,
        ]),
        place: way.context.place,
        account: placeOf(way.settings),
        connect: (timeoutMs, signal) => connect(way, timeoutMs, signal),
      };
    },
    async warm(targets) {
      await Promise.allSettled(targets.map(findWay));
    },
  };
}

/** Then what asks for a password may be another host, and an older ssh does not say which. */
function goesThroughOthers({ proxyjump, proxycommand }: SshSettings): boolean {
  return proxyjump !== undefined || proxycommand !== undefined;
}

function isStrict({ stricthostkeychecking, batchmode }: SshSettings): boolean {
  return batchmode === "yes" || ["yes", "true"].includes(stricthostkeychecking);
}

function placeOf({ user, hostname, port }: SshSettings): string {
  return `${user}@${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

async function connect(way: Way, timeoutMs: number, signal: AbortSignal): Promise<Connection> {
  const budget = createBudget(way.clock, timeoutMs);
  const attempt = () => connectOnce(way, budget, signal);
  return whileDropped(attempt, { ...way, budget, signal });
}

async function connectOnce(way: Way, budget: Budget, signal: AbortSignal): Promise<Connection> {
  signal.throwIfAborted();
  const { clock, context, environment, keeper } = way;
  const noRoom = (error: unknown) =>
    describeLack("this machine lacks what the system's ssh needs", context.place, error);
  const folder = await makeSocketFolder(environment).catch((error: unknown) => {
    throw noRoom(error);
  });
  const said = listen();
  const waiting = createWaiting(way.target.aside);
  const failure = new AbortController();
  const expire = () => failure.abort(describeTimeout(said.phase(), budget.totalMs, context));
  const stopClock = budget.start(expire, () => waiting.isUnderWay());
  const stop = AbortSignal.any([signal, failure.signal]);
  const socketPath = path.join(folder, "s");
  let letGo = () => {};
  let asking: Asking | undefined;
  try {
    const host = placeOf(way.settings);
    asking = await startAsking({
      ...way,
      folder,
      waiting,
      signal: stop,
      host,
      password: goesThroughOthers(way.settings)
        ? undefined
        : createNamedPassword(way.target.password, host),
      evaluationId: way.target.evaluationId,
      batchMode: way.settings.batchmode === "yes",
      onUnanswered: (why) => failure.abort(why),
    }).catch((error: unknown) => {
      throw noRoom(error);
    });
    const mayHostsAsk = await way.mayHostsAsk();
    const words = describeMaster({ ...way, socketPath, timeoutMs: budget.totalMs, mayHostsAsk });
    const variables = { ...environment, ...asking.variables };
    const onPid = (pid: number) => (letGo = keeper.keep(pid));
    letGo = keeper.prepare();
    const start = { words, environment: variables, context, said, onPid };
    const master = await startMaster(start, stop);
    asking.accepted();
    // Even one that comes too late is taken over: so it can be ended.
    const control = await takeOver(socketPath, context, clock);
    const { place } = context;
    const connection = createOpensshConnection({ master, control, said, keeper, place, clock });
    if (signal.aborted) await end(connection);
    signal.throwIfAborted();
    return connection;
  } catch (error) {
    if (error instanceof LoginRefusal) asking?.refused();
    throw error instanceof LoginRefusal ? (asking?.lockedOut() ?? error) : error;
  } finally {
    stopClock();
    letGo();
    asking?.stop();
    // The one connection to it serves everything, so nothing has to stay on disk.
    await rm(folder, { recursive: true, force: true }).catch(() => {
      // There is no secret in it, and how the login went counts more.
    });
  }
}

async function end(connection: Connection): Promise<void> {
  connection.dispose();
  await connection.closed;
}

async function takeOver(
  socketPath: string,
  { place }: FailureContext,
  clock: Clock,
): Promise<ControlSocket> {
  const late = new AbortController();
  const callOff = clock.after(CONTROL_PATIENCE_MS, () => late.abort(new Error("it is silent")));
  try {
    return await openControlSocket(socketPath, late.signal);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConnectionError(
      "refused",
      `the system's ssh has logged in, but cannot be used: ${why} (${place})`,
      "sessions over its control socket need OpenSSH 7.4 or later on this machine",
      { cause: error },
    );
  } finally {
    callOff();
  }
}

/** A private folder whose path leaves room for a socket. */
async function makeSocketFolder(environment: Environment): Promise<string> {
  const parents = [environment["XDG_RUNTIME_DIR"], environment["TMPDIR"], tmpdir()];
  const prefixes = parents
    .filter((parent) => parent !== undefined && path.isAbsolute(parent))
    .map((parent) => path.join(parent ?? "", "re-ops-"));
  const isShort = (prefix: string) =>
    Buffer.byteLength(`${prefix}XXXXXX/s`) <= LONGEST_SOCKET_PATH_BYTES;
  for (const prefix of prefixes.filter(isShort)) {
    try {
      return await mkdtemp(prefix);
    } catch {
      // Another one may do: a runtime folder is gone once its user has logged out.
    }
  }
  return mkdtemp("/tmp/re-ops-");
}
