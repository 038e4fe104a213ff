// Copies whose connection is cut after a random number of bytes, again and again: what is found afterwards on both sides.
import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Operation } from "../../../runtime/describe/pipelines/types.ts";
import { type Copied, Hosts, run, scpFrom, scpInto } from "../../../runtime/public.ts";
import { startRelay } from "../../lab/relay.ts";
import { randomNumbers } from "../../support/random-numbers.ts";
import type { Ending } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";
import { type LabCopies, leftovers } from "./lab-copies.ts";

/** More than the windows of ssh and the buffers of two sockets hold at first, so that many cuts fall into the copying. */
const FILE_BYTES = 400_000;
/** What a login and the beginning of a script take. */
const LOGIN_BYTES = 6000;

export interface Interrupted {
  /** How many copies were cut off, and how many came through. */
  readonly cut: number;
  readonly whole: number;
  /** What was neither the old file nor the new one, or was left behind; a line each. */
  readonly wrong: readonly string[];
}

/** One thing that is copied again and again: a file when its only name is empty. */
interface Subject {
  readonly what: string;
  readonly source: string;
  readonly target: string;
  readonly names: readonly string[];
  readonly copy: (hosts: Hosts) => Operation<Copied>;
  /** Contents that each file has had, by its name. */
  readonly versions: Map<string, Buffer[]>;
}

/** Into the host and from it, files and folders in turn, cut off at places that the seed decides. */
export async function interruptCopies(
  ending: Ending,
  lab: LabCopies,
  count: number,
  seed: number,
): Promise<Interrupted> {
  const random = randomNumbers(seed);
  let bytes = 0;
  const relay = await startRelay(lab.sshd, () => ({ cutFromClient: bytes, cutFromHost: bytes }));
  ending.after(() => relay.stop());
  await lab.trust([lab.sshd, { ...lab.sshd, port: relay.port }]);
  const hosts = new Hosts({ ...lab.hosts.auth, port: relay.port }, [relay.host]);
  const subjects = describeSubjects(lab, relay.host);
  for (const subject of subjects) await renew(subject, subject.target);
  const tally = { cut: 0, whole: 0, wrong: [] as string[] };
  for (let index = 0; index < count; index++) {
    const subject = subjects[index % subjects.length];
    if (subject === undefined) break;
    await renew(subject, subject.source);
    bytes = Math.floor(random() * (LOGIN_BYTES + FILE_BYTES * subject.names.length));
    const outcome = await lab.inEvaluation(async () => run(subject.copy(hosts)));
    tally[outcome.success.length > 0 ? "whole" : "cut"] += 1;
    const where = `copy ${String(index)} of seed ${String(seed)}, ${subject.what} cut after ${String(bytes)} bytes`;
    for (const name of await findMixed(subject)) tally.wrong.push(`${where}: ${name} is a mixture`);
  }
  await until("the host to notice every cut", async () => {
    return (await leftovers(lab.remote)).length === 0;
  }).catch((error: unknown) => tally.wrong.push(String(error)));
  for (const left of await leftovers(lab.local)) tally.wrong.push(`${left} was left behind`);
  return tally;
}

function describeSubjects({ local, remote }: LabCopies, host: string): readonly Subject[] {
  const into = (name: string) => ({
    source: path.join(local, name),
    target: path.join(remote, name),
    copy: (hosts: Hosts) => scpInto(hosts, name, path.join(remote, name)),
  });
  const from = (name: string) => ({
    source: path.join(remote, name),
    target: path.join(local, host, name),
    copy: (hosts: Hosts) => scpFrom(hosts, path.join(remote, name), "."),
  });
  const names = ["one", "two", "three"];
  return [
    { what: "a file into the host", ...into("file-in"), names: [""], versions: new Map() },
    { what: "a file from the host", ...from("file-out"), names: [""], versions: new Map() },
    { what: "a folder into the host", ...into("folder-in"), names, versions: new Map() },
    { what: "a folder from the host", ...from("folder-out"), names, versions: new Map() },
  ];
}

/** Writes new contents there. */
async function renew({ names, versions }: Subject, place: string): Promise<void> {
  for (const name of names) {
    const bytes = randomBytes(FILE_BYTES);
    const file = path.join(place, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
    versions.set(name, [...(versions.get(name) ?? []), bytes]);
  }
}

/** Names of files whose contents are none that were ever written as a whole. */
async function findMixed({ target, names, versions }: Subject): Promise<string[]> {
  const mixed: string[] = [];
  for (const name of names) {
    const found = await readFile(path.join(target, name));
    if (versions.get(name)?.some((one) => one.equals(found)) !== true) mixed.push(name);
  }
  return mixed;
}
