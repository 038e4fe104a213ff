// Copies between this machine and a real sshd: an engine with a folder of its own on this side, and one for the host on the other.
import assert from "node:assert/strict";
import { chmod, mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import type { TestContext } from "node:test";
import type { CopyOptions } from "../../../runtime/describe/operations/copy.ts";
import type { Copied, HostFailure, Outcome } from "../../../runtime/describe/pipelines/outcome.ts";
import { type Engine, createEngine } from "../../../runtime/engine/engine.ts";
import { type Evaluation, inEvaluation } from "../../../runtime/port.ts";
import { identifyThisProcess, isAlive } from "../../../runtime/project/process-identity.ts";
import { Hosts, run, scpFrom, scpInto } from "../../../runtime/public.ts";
import type { Sshd, SshdOptions } from "../../lab/sshd.ts";
import { lastFirst } from "../../support/temporary.ts";
import { type LabReach, makeLabReach, startTrustedHost } from "../ssh/lab-reach.ts";

export interface LabCopies {
  /** Where relative local paths begin. */
  readonly local: string;
  /** A folder on the host, which every user of it may enter and write. */
  readonly remote: string;
  readonly hosts: Hosts;
  readonly sshd: Sshd;
  readonly engine: Engine;
  trust: LabReach["trust"];
  /** Of the key that lets us in. */
  readonly publicKeyLine: string;
  into(local: string, remote: string, options?: CopyOptions): Promise<Outcome<Copied>>;
  from(remote: string, local: string, options?: CopyOptions): Promise<Outcome<Copied>>;
  inEvaluation<T>(body: () => T): T;
}

export async function makeLabCopies(
  test: TestContext,
  sshdOptions: SshdOptions = {},
): Promise<LabCopies> {
  const t = lastFirst(test);
  const lab = await makeLabReach(t);
  const { sshd, auth } = await startTrustedHost(t, lab, sshdOptions);
  const [local, remote] = [path.join(lab.folder, "local"), path.join(lab.folder, "remote")];
  await Promise.all([mkdir(local), mkdir(remote)]);
  await chmod(lab.folder, 0o755);
  await chmod(remote, 0o777);
  const engine = createEngine({
    stateFolder: path.join(lab.folder, "state"),
    environment: lab.environment,
    localFolder: local,
    owner: identifyThisProcess(),
    isAlive,
    onProblem: assert.fail,
  });
  t.after(() => engine.dispose());
  const evaluation: Evaluation = {
    signal: new AbortController().signal,
    port: engine.openPort().port,
    console: { write: () => {} },
  };
  const hosts = new Hosts(auth, [sshd.host]);
  return {
    local,
    remote,
    hosts,
    sshd,
    engine,
    trust: lab.trust,
    publicKeyLine: lab.key.publicKeyLine,
    into: (from, to, options) =>
      inEvaluation(evaluation, async () => run(scpInto(hosts, from, to, options))),
    from: (from, to, options) =>
      inEvaluation(evaluation, async () => run(scpFrom(hosts, from, to, options))),
    inEvaluation: (body) => inEvaluation(evaluation, body),
  };
}

/** What the one host gave; a failure fails the test with its words. */
export function onlyValue(outcome: Outcome<Copied>): Copied {
  const [success] = outcome.success;
  assert.ok(success, JSON.stringify(outcome.failure));
  return success.value;
}

export function onlyFailure(outcome: Outcome<Copied>): HostFailure {
  const [failure] = outcome.failure;
  assert.ok(failure, JSON.stringify(outcome.success));
  return failure;
}

/** Temporary names anywhere below. */
export async function leftovers(...folders: readonly string[]): Promise<string[]> {
  const names = await Promise.all(folders.map((folder) => readdir(folder, { recursive: true })));
  return names.flat().filter((name) => name.includes(".re-ops-"));
}
