// The ssh transport over the npm package ssh2: finds out how a host is reached, and connects to it.
import type * as ssh2Module from "ssh2";
import type { Clock } from "../../../waiting/clock.ts";
import { MOST_TRIES, type Questions } from "../../../questions/questions.ts";
import { createWaiting } from "../../../questions/waiting.ts";
import { type KnownHostsFiles, createKnownHostsFiles } from "../../../trust/known-hosts-files.ts";
import type { KnownHosts } from "../../../trust/known-hosts.ts";
import type { Trust } from "../../../trust/trust.ts";
import { isKnownByCertificateOnly, knownTypes } from "../../../trust/verify.ts";
import { splitJumps } from "../config/jump-hosts.ts";
import { type SshConfig, createSshConfig } from "../config/ssh-config.ts";
import { ConnectionError, NeedsOpensshError } from "../../../host-errors.ts";
import type { Connection, Environment, Gate, Route, Target, Transport } from "../../transport.ts";
import { type Agent, createAgent } from "./agent.ts";
import { refuseIfOpensshHasMore } from "./beyond.ts";
import { lendWhileSilent } from "../silence.ts";
import { chooseAlgorithms } from "./algorithms.ts";
import { createBudget } from "../budget.ts";
import { openCarrier } from "./carrier.ts";
import { createSsh2Connection } from "./connection.ts";
import { type Destination, describeDestination, identityOf } from "./destination.ts";
import { HostWasImpatientError, shakeHands } from "./handshake.ts";
import { type KeyFiles, createKeyFiles } from "./key-files.ts";
import { createLogin } from "./login.ts";
import { describeTrust } from "./host-trust.ts";
import { createNamedPassword, createPerson } from "../person.ts";
import { takeTurn } from "./turn.ts";
import { whileDropped } from "../while-dropped.ts";

/** What all connections of one environment share. */
interface Shared {
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly environment: Environment;
  readonly questions: Questions;
  readonly trust: Trust;
  readonly sshConfig: SshConfig;
  readonly knownHostsFiles: KnownHostsFiles;
  readonly keyFiles: KeyFiles;
  readonly agents: Map<string, Agent>;
}

type Ssh2 = (typeof ssh2Module)["default"];

export function createSsh2Transport(options: {
  readonly environment: Environment;
  readonly clock: Clock;
  readonly questions: Questions;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly trust: Trust;
}): Transport {
  const shared: Shared = {
    ...options,
    sshConfig: createSshConfig(options.environment),
    knownHostsFiles: createKnownHostsFiles(),
    keyFiles: createKeyFiles(async () => (await loadSsh2()).utils.parseKey),
    agents: new Map(),
  };
  return {
    name: "ssh2",
    route: (target) => findRoute(target, shared),
    async warm(targets) {
      await Promise.allSettled([loadSsh2(), ...targets.map((target) => warmOne(target, shared))]);
    },
  };
}

/** Loaded when it is first needed: it costs 50 ms, which a program that reaches no host need not pay. */
async function loadSsh2(): Promise<Ssh2> {
  return (await import("ssh2")).default;
}

/** `jump` are the jump hosts that another host's ssh_config names before this one; `behind` are the hosts that are behind it. */
async function findRoute(
  target: Target,
  shared: Shared,
  jump?: string,
  behind: readonly string[] = [],
): Promise<Route> {
  const destination = await findDestination(target, shared, jump);
  const { place, settings } = destination;
  if (behind.includes(place)) throw describeCircle([...behind, place]);
  const via =
    settings.proxyjump === undefined
      ? undefined
      : await findHop(target, settings.proxyjump, shared, [...behind, place]);
  return {
    identity: identityOf(destination, via?.identity),
    place,
    ...(via !== undefined && { via }),
    connect: (timeoutMs, signal, gate) =>
      connect({ destination, target, behind, timeoutMs, signal, gate }, shared),
  };
}

/** A jump host is reached as its own part of ssh_config says, with none of what was given for the host behind it. */
async function findHop(
  target: Target,
  proxyJump: string,
  shared: Shared,
  behind: readonly string[],
): Promise<Route> {
  const { host, before } = splitJumps(proxyJump);
  const { alias, ...auth } = host;
  return findRoute({ ...target, host: alias, auth }, shared, before, behind);
}

function describeCircle(places: readonly string[]): ConnectionError {
  return new ConnectionError(
    "refused",
    `ProxyJump leads in a circle: ${places.join(" through ")}`,
    "correct ProxyJump in ssh_config; a jump host itself often needs `ProxyJump none`",
  );
}

async function findDestination(
  target: Target,
  shared: Shared,
  jump?: string,
): Promise<Destination> {
  const { user, port } = target.auth;
  const answer = await shared.sshConfig.resolve({ alias: target.host, user, port, jump });
  return describeDestination(target, answer, shared.environment);
}

async function warmOne(target: Target, shared: Shared): Promise<void> {
  const destination = await findDestination(target, shared);
  const knownHosts = await shared.knownHostsFiles.read(destination.knownHostsFiles);
  knownTypes(destination.hostToVerify, knownHosts);
  await Promise.all(destination.chosenKeys.map((file) => shared.keyFiles.read(file)));
}

interface Attempt {
  readonly destination: Destination;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly gate: Gate | undefined;
  readonly target: Target;
  /** The places of the hosts that are reached through this one, the last one first. */
  readonly behind: readonly string[];
}

/** A host that did not wait for a person's answer is tried again with it. */
async function connect(attempt: Attempt, shared: Shared): Promise<Connection> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await connectOnce(attempt, shared);
    } catch (error) {
      if (!(error instanceof HostWasImpatientError)) throw error;
      if (tries === MOST_TRIES) throw describeImpatience(attempt.destination, error);
    }
  }
}

async function connectOnce(
  { destination, target, behind, timeoutMs, signal, gate }: Attempt,
  shared: Shared,
): Promise<Connection> {
  const { clock, random, questions, trust } = shared;
  const ssh2 = await loadSsh2();
  const knownHosts = await shared.knownHostsFiles.read(destination.knownHostsFiles);
  refuseIfCertified(destination, knownHosts);
  const types = knownTypes(destination.hostToVerify, knownHosts);
  const algorithms = findAlgorithms(destination, types);
  const agent = findAgent(destination, ssh2, shared);
  const searchPath = shared.environment["PATH"];
  const keysExhausted = () => refuseIfOpensshHasMore({ destination, agent, searchPath });
  const budget = createBudget(clock, timeoutMs);
  const { evaluationId, aside } = target;
  const { place } = destination;
  const [reached] = behind;
  const isAlias = target.host !== destination.settings.hostname;
  const whose =
    reached === undefined
      ? { host: place, ...(isAlias && { alias: target.host }) }
      : { host: reached, hop: place };

  async function attempt(): Promise<Connection> {
    const way = { ...shared, gate };
    const carrier = await budget.spend(() =>
      openCarrier(destination, way, budget.remainingMs(), signal),
    );
    const leave = await takeTurn(carrier, way, signal);
    const client = new ssh2.Client();
    const waiting = createWaiting(aside);
    const person = createPerson({
      ...whose,
      questions,
      waiting,
      signal,
      batchMode: destination.settings.batchmode === "yes",
      evaluationId,
      password:
        reached === undefined ? createNamedPassword(target.password, whose.host) : undefined,
    });
    const handshake = {
      destination,
      algorithms,
      login: createLogin({ ...shared, destination, agent, ssh2, person, keysExhausted }),
      verify: (blob: Buffer) =>
        trust.verify(
          { ...describeTrust(destination), ...whose, knownHosts, blob, evaluationId },
          signal,
          (decision) => waiting.during(decision),
        ),
      waiting,
      budget,
    };
    const silence = lendWhileSilent(carrier.stream, aside, clock);
    try {
      await shakeHands(client, carrier.stream, handshake, signal);
    } catch (error) {
      void silence.over();
      throw error;
    } finally {
      leave();
    }
    await silence.over();
    return createSsh2Connection(client, carrier, destination.place, clock);
  }

  return whileDropped(attempt, { budget, clock, random, signal });
}

function describeImpatience({ place, hostToVerify }: Destination, cause: Error): ConnectionError {
  return new ConnectionError(
    "refused",
    `the host ended the connection while a question was open (${place})`,
    `answer sooner, or log in by hand: ${hostToVerify.sshCommand}`,
    { cause },
  );
}

function refuseIfCertified({ hostToVerify, place }: Destination, knownHosts: KnownHosts): void {
  if (!isKnownByCertificateOnly(hostToVerify, knownHosts)) return;
  const because = `known_hosts knows ${hostToVerify.name} by its certificate only`;
  throw new NeedsOpensshError(because, `${because}, which cannot be read here (${place})`);
}

function findAlgorithms(destination: Destination, types: readonly string[]) {
  const algorithms = chooseAlgorithms(destination.settings, types);
  if (algorithms !== undefined) return algorithms;
  throw new NeedsOpensshError(
    "ssh_config allows only algorithms that ssh2 does not have",
    `ssh_config allows only algorithms that the system's ssh has (${destination.place})`,
  );
}

function findAgent(
  { agentSocket }: Destination,
  ssh2: Ssh2,
  { agents, clock }: Shared,
): Agent | undefined {
  if (agentSocket === undefined || agentSocket === "") return undefined;
  const agent = agents.get(agentSocket) ?? createAgent(ssh2, agentSocket, clock);
  agents.set(agentSocket, agent);
  return agent;
}
