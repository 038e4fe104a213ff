// A reach with everything that it may look at in one temporary folder, and a short way to run a script with it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import type { Auth } from "../../../runtime/describe/hosts/hosts.ts";
import { type Clock, systemClock } from "../../../runtime/engine/waiting/clock.ts";
import {
  type Reach,
  type ReachEnd,
  type ReachOptions,
  createReach,
} from "../../../runtime/engine/connections/reach.ts";
import { type Asker, nobody } from "../../../runtime/engine/questions/question.ts";
import { createQuestions } from "../../../runtime/engine/questions/questions.ts";
import { type Key, createKey } from "../../lab/keys.ts";
import { type KnownHost, writeKnownHosts } from "../../lab/known-hosts.ts";
import { type Sshd, type SshdOptions, startSshd } from "../../lab/sshd.ts";
import { type Ending, temporaryFolder } from "../../support/temporary.ts";

export interface Ran {
  readonly end: ReachEnd;
  readonly out: string;
  readonly err: string;
  /** Chunks as they came, each behind its stream's name. */
  readonly chunks: readonly string[];
}

export interface RunOptions {
  readonly auth?: Auth;
  readonly signal?: AbortSignal;
  readonly stepTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** As a step takes it: it may answer with a promise, for which the host waits. */
  onOutput?(stream: "out" | "err", chunk: Buffer): unknown;
  readonly input?: () => Readable;
}

export interface LabReach {
  readonly folder: string;
  readonly key: Key;
  readonly knownHostsFile: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly reach: Reach;
  /** Adds to the ssh_config that the reach reads. */
  configure(text: string): Promise<void>;
  trust(known: readonly KnownHost[], options?: { hashed?: boolean }): Promise<void>;
  run(host: string, script: string, options?: RunOptions): Promise<Ran>;
}

/** Without agent, and with a home folder that holds no key and no configuration; all scripts get a resident shell. */
export async function makeLabReach(
  t: Ending,
  more: Readonly<Record<string, string>> = {},
  clock: Clock = systemClock,
  asker: Asker = nobody,
  options: Partial<ReachOptions> = {},
): Promise<LabReach> {
  const folder = await temporaryFolder(t);
  const key = await createKey(path.join(folder, "key"));
  const knownHostsFile = path.join(folder, "known_hosts");
  const configFile = path.join(folder, "ssh_config");
  const environment = {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    RE_OPS_SSH_CONFIG: configFile,
    ...more,
  };
  const configure = (text: string) =>
    writeFile(
      configFile,
      `${text}\nHost *\n  UserKnownHostsFile ${knownHostsFile}\n  GlobalKnownHostsFile none\n`,
    );
  await configure("");
  const questions = createQuestions(asker);
  const residentShells = "from the first script";
  const reach = createReach({ environment, clock, questions, residentShells, ...options });
  t.after(() => reach.dispose());
  return {
    folder,
    key,
    knownHostsFile,
    environment,
    reach,
    configure,
    trust: (known, options) => writeKnownHosts(knownHostsFile, known, options),
    run: (host, script, options = {}) => runScript(reach, host, script, options),
  };
}

/** A server of its own that trusts the reach's key and is trusted by it, and how to reach it. */
export async function startTrustedHost(
  t: Ending,
  lab: LabReach,
  options: SshdOptions = {},
): Promise<{ sshd: Sshd; auth: Auth }> {
  const sshd = await startSshd({ authorized: [lab.key.publicKeyLine], ...options });
  t.after(() => sshd.stop());
  await lab.trust([sshd]);
  return { sshd, auth: { port: sshd.port, sshKey: lab.key.file } };
}

/** A program of its own that runs a script on a host, prints its output, how it ended, and how many connections it keeps; then it should end. */
export async function runProgram(
  lab: LabReach,
  host: string,
  script: string,
  auth: Auth = {},
): Promise<{ stdout: string }> {
  const engine = path.resolve(import.meta.dirname, "../../../runtime/engine/connections/reach.ts");
  const program = path.join(lab.folder, "program.ts");
  await writeFile(
    program,
    `import { createReach } from ${JSON.stringify(engine)};
    const reach = createReach({
      environment: ${JSON.stringify(lab.environment)},
      residentShells: "from the first script",
    });
    const end = await reach.execute(
      { host: ${JSON.stringify(host)}, auth: ${JSON.stringify(auth)}, connectTimeoutMs: 20_000 },
      ${JSON.stringify(script)},
      { signal: new AbortController().signal, onOutput: (_stream, chunk) => console.log(String(chunk)) },
    );
    console.log(end.kind, reach.connectionCount());`,
  );
  return promisify(execFile)(process.execPath, [program], { timeout: 60_000 });
}

/** It ended without an exit of its own: of which kind, saying what, and what to do next. */
export function assertFailure({ end }: Ran, kind: string, message: RegExp, next: RegExp): void {
  assert.equal(end.kind, kind, JSON.stringify(end));
  assert.ok("message" in end);
  assert.match(end.message, message);
  assert.match(end.next, next);
}

async function runScript(reach: Reach, host: string, script: string, options: RunOptions) {
  const bytes = { out: [] as Buffer[], err: [] as Buffer[] };
  const chunks: string[] = [];
  const { auth = {}, signal = new AbortController().signal, stepTimeoutMs, input } = options;
  const target = { host, auth, connectTimeoutMs: options.connectTimeoutMs ?? 20_000 };
  const end = await reach.execute(target, script, {
    signal,
    input,
    ...(stepTimeoutMs !== undefined && { stepTimeoutMs }),
    onOutput(stream, chunk) {
      if (options.onOutput !== undefined) {
        const room = options.onOutput(stream, chunk);
        return room instanceof Promise ? (room as Promise<void>) : undefined;
      }
      bytes[stream].push(chunk);
      chunks.push(`${stream} ${chunk.toString()}`);
      return undefined;
    },
  });
  const text = (stream: "out" | "err") => Buffer.concat(bytes[stream]).toString();
  return { end, out: text("out"), err: text("err"), chunks };
}
