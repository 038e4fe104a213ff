// Reach: runs a script on a host, whatever the way there, over connections that are kept. The engine's only door to hosts.
import type { Readable } from "node:stream";
import type { HostsValue } from "../../describe/hosts/hosts.ts";
import { type Clock, systemClock } from "../waiting/clock.ts";
import { createQuestions, type Questions } from "../questions/questions.ts";
import { createTrust } from "../trust/trust.ts";
import { execute, type OnOutput, type StartScript } from "../shell/execute.ts";
import { type Residents, createResidents } from "../shell/residents.ts";
import { onChannel } from "../shell/script-channel.ts";
import { type StepTimes, type StepWatch, watchStep } from "../shell/step-watch.ts";
import { type SudoAccess, throughSudo } from "../shell/sudo.ts";
import { createLocalTransport } from "../transports/local/local.ts";
import { createOpensshTransport } from "../transports/ssh/openssh/transport.ts";
import { createSshTransport } from "../transports/ssh/transport.ts";
import { createSsh2Transport } from "../transports/ssh/ssh2/transport.ts";
import { LostError } from "../host-errors.ts";
import type { Environment, OpenLine, Route, Target, Transport } from "../transports/transport.ts";
import type { Channels } from "./channels.ts";
import { idleTimeOf } from "./idle-time.ts";
import { orAborted } from "../waiting/or-aborted.ts";
import { type Pool, createPool } from "./pool.ts";
import { type ReachEnd, describeEnd, describeNotBegun } from "./reach-end.ts";

export type { ReachEnd, ReachFailure } from "./reach-end.ts";

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Which scripts on a connection get a shell that stays: the second is the first that gains by it. */
export type ResidentShells = "none" | "from the second script" | "from the first script";

export interface ReachOptions {
  readonly environment: Environment;
  readonly clock?: Clock;
  /** Without it there is nobody to ask. */
  readonly questions?: Questions;
  /** From 0 to 1, for pauses of random length. */
  readonly random?: () => number;
  readonly residentShells?: ResidentShells;
}

export interface StepExecution extends StepTimes {
  /** Aborting stops what runs on the host and checks that it is gone; the reason may be an `Interrupted` that says why. */
  readonly signal: AbortSignal;
  readonly onOutput: OnOutput;
  /** What the script reads from its standard input; asked for anew when the script is started anew. */
  readonly input?: (() => Readable) | undefined;
  /** As another user, by the host's own sudo. */
  readonly sudo?: SudoAccess | undefined;
}

export interface Reach {
  /** Resolves with how it ended, whatever happens on the host or on the way there. */
  execute(target: Target, script: string, options: StepExecution): Promise<ReachEnd>;
  /** Does beforehand what needs no network: ssh_config, known_hosts, key files. Never rejects. */
  warm(hosts: HostsValue): Promise<void>;
  /** How many connections are kept. */
  connectionCount(): number;
  /** How many streams are open on them. */
  channelCount(): number;
  /** From now on, hosts are reached as this environment says; connections that are open stay. */
  setEnvironment(environment: Environment): void;
  /** Stops what runs, checks it, and closes every connection. */
  dispose(): Promise<void>;
}

export function createReach(options: ReachOptions): Reach {
  const { clock = systemClock, random = Math.random } = options;
  const { questions = createQuestions() } = options;
  let { environment } = options;
  const pool = createPool(clock, () => idleTimeOf(environment));
  const shellsOf = createShells(clock, options.residentShells ?? "from the second script");
  const disposal = new AbortController();
  const running = new Set<Promise<unknown>>();
  const shared = { clock, random, questions, trust: createTrust(questions, clock) };
  let transports = createTransports({ environment, ...shared });

  return {
    execute(target, script, options) {
      const signal = AbortSignal.any([options.signal, disposal.signal]);
      const transport = transports[target.auth.transport ?? "ssh"];
      const arrived = shared.trust.expect(target.evaluationId);
      const watch = watchStep({ ...options, signal, clock });
      const given = { target, transport, script, pool, shellsOf, clock, arrived, watch };
      const end = executeOnce({ ...given, ...options });
      running.add(end);
      return end.finally(() => {
        arrived();
        watch.forget();
        running.delete(end);
      });
    },
    async warm({ hosts, auth }) {
      const targets = hosts.map((host) => ({ host, auth, connectTimeoutMs: 0 }));
      await transports[auth.transport ?? "ssh"].warm(targets);
    },
    connectionCount: () => pool.count(),
    channelCount: () => pool.channelCount(),
    setEnvironment(next) {
      environment = next;
      transports = createTransports({ environment, ...shared });
    },
    async dispose() {
      // Nothing of a connection keeps the process alive, and it would end before they are closed.
      const alive = setInterval(() => {}, LONGEST_TIMER_MS);
      try {
        disposal.abort(new Error("Re-ops is stopping"));
        await Promise.allSettled(running);
        await pool.dispose();
      } finally {
        clearInterval(alive);
      }
    },
  };
}

function createTransports(options: Parameters<typeof createSsh2Transport>[0]) {
  const openssh = createOpensshTransport(options);
  return {
    ssh: createSshTransport(createSsh2Transport(options), openssh),
    openssh,
    local: createLocalTransport(options),
  };
}

/** The resident shells of each host, which go with its channels. */
function createShells(
  clock: Clock,
  which: ResidentShells,
): (channels: Channels) => Residents | undefined {
  const known = new WeakMap<Channels, Residents>();
  return (channels) => {
    if (which === "none") return undefined;
    const room =
      which === "from the first script" ? { ...channels, wereUsed: () => true } : channels;
    const shells = known.get(channels) ?? createResidents(room, clock);
    known.set(channels, shells);
    return shells;
  };
}

interface Execution extends Pick<StepExecution, "onOutput" | "input" | "sudo"> {
  readonly target: Target;
  readonly transport: Transport;
  readonly script: string;
  readonly pool: Pool;
  readonly shellsOf: (channels: Channels) => Residents | undefined;
  readonly clock: Clock;
  /** Of all attempts together. */
  readonly watch: StepWatch;
  /** There is a connection, so its host key is known. */
  readonly arrived: () => void;
}

async function executeOnce(execution: Execution): Promise<ReachEnd> {
  const { target, transport, watch } = execution;
  const { signal } = watch;
  const progress = { place: target.host, doing: "waiting for its turn" };
  try {
    signal.throwIfAborted();
    progress.doing = "looking it up";
    const route = await orAborted(transport.route(target), signal);
    progress.place = route.place;
    try {
      return await executeOn(route, execution, progress);
    } catch (error) {
      // A kept connection may have died unnoticed; a command that never left may be sent anew.
      if (error instanceof LostError && !error.commandSent) {
        watch.stopTimes();
        return await executeOn(route, execution, progress);
      }
      throw error;
    }
  } catch (error) {
    const failure = describeNotBegun(error, { ...progress, signal });
    if (failure === undefined) throw error;
    return failure;
  }
}

/** A resident shell gives its scripts no input, and runs them as the user who has logged in. */
function needsOwnChannel({ input, sudo }: Execution): boolean {
  return input !== undefined || sudo !== undefined;
}

async function executeOn(
  route: Route,
  execution: Execution,
  progress: { doing: string },
): Promise<ReachEnd> {
  const { target, pool, shellsOf, clock, watch, script, input, sudo, onOutput } = execution;
  const { connectTimeoutMs } = target;
  const { signal } = watch;
  progress.doing = "connecting";
  return pool.use(route, connectTimeoutMs, signal, async (channels) => {
    execution.arrived();
    const lossReason = channels.watchLoss();
    progress.doing = sudo === undefined ? "waiting for a free session" : "becoming another user";
    const become = (open: OpenLine, until: AbortSignal) =>
      sudo === undefined
        ? open
        : throughSudo(open, { access: sudo, ...route, clock, signal: until });
    const open = become((line) => channels.open(line, connectTimeoutMs, signal), signal);
    const shells = needsOwnChannel(execution) ? undefined : shellsOf(channels);
    const way = { openInput: input !== undefined, throughSudo: sudo !== undefined };
    const start: StartScript =
      shells === undefined ? onChannel(open, way) : (sent) => shells.start(sent, connectTimeoutMs);
    // Processes of another user can be stopped only by that user.
    const openControl = become((line) => channels.openControl(line), new AbortController().signal);
    const end = await execute(start, script, { watch, clock, input, openControl, onOutput });
    return describeEnd(end, { place: route.place, closed: lossReason() });
  });
}
