// An engine of its own with a real host: a user of this machine who logs in by key, and a person who is asked.
import { readFileSync } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { TestContext } from "node:test";
import { type Auth, Hosts } from "../../../runtime/describe/hosts/hosts.ts";
import type { Limits } from "../../../runtime/describe/hosts/limits.ts";
import { createEngine, type Engine } from "../../../runtime/engine/engine.ts";
import { type Evaluation, inEvaluation } from "../../../runtime/port.ts";
import { createKey } from "../../lab/keys.ts";
import { writeKnownHosts } from "../../lab/known-hosts.ts";
import { type Sshd, type SshdOptions, startSshd } from "../../lab/sshd.ts";
import { createLabUser, type LabUser } from "../../lab/users.ts";
import { makePerson, type Person, type PersonOptions } from "../../support/person.ts";
import { lastFirst, temporaryFolder } from "../../support/temporary.ts";

export interface LabEngine {
  readonly folder: string;
  readonly engine: Engine;
  readonly person: Person;
  readonly user: LabUser;
  readonly sshd: Sshd;
  /** `user@host:port` */
  readonly place: string;
  /** The host, reached by key as that user. */
  hosts(auth?: Auth, limits?: Limits): Hosts;
  /** Runs user code in an evaluation of this engine. */
  evaluate<T>(body: () => T): T;
  /** All that the engine has written to its state folder, as it lies there. */
  written(): Promise<Buffer>;
}

export interface LabEngineOptions extends PersonOptions {
  readonly sshd?: SshdOptions;
  readonly variables?: Readonly<Record<string, string>>;
}

export async function makeLabEngine(
  t: TestContext,
  { sshd: settings, variables = {}, ...person }: LabEngineOptions = {},
): Promise<LabEngine> {
  const folder = await temporaryFolder(t);
  const key = await createKey(path.join(folder, "key"));
  const sshd = await startSshd({ authorized: [key.publicKeyLine], ...settings });
  const known = path.join(folder, "known_hosts");
  await writeKnownHosts(known, [sshd]);
  const config = path.join(folder, "ssh_config");
  await writeFile(config, `Host *\n  UserKnownHostsFile ${known}\n  GlobalKnownHostsFile none\n`);
  const own = lastFirst(t);
  const stateFolder = await temporaryFolder(own);
  const asked = makePerson(person);
  const engine = createEngine({
    stateFolder,
    environment: { PATH: process.env["PATH"] ?? "", HOME: folder, RE_OPS_SSH_CONFIG: config },
    owner: { pid: process.pid, startedAt: "0" },
    isAlive: () => true,
    onProblem: (message) => t.diagnostic(message),
    asker: asked,
    readVariable: (name) => variables[name],
  });
  own.after(() => engine.dispose());
  t.after(() => sshd.stop());
  const user = await createLabUser(t); // goes last, when no process of it is left
  const evaluation: Evaluation = {
    id: "evaluation",
    signal: new AbortController().signal,
    port: engine.openPort().port,
    console: { write() {} },
  };
  return {
    folder,
    engine,
    person: asked,
    user,
    sshd,
    place: `${user.name}@${sshd.host}:${sshd.port}`,
    hosts: (auth = {}, limits = {}) =>
      new Hosts(
        { user: user.name, port: sshd.port, sshKey: key.file, ...auth },
        [sshd.host],
        limits,
      ),
    evaluate: (body) => inEvaluation(evaluation, body),
    async written() {
      const files = await readdir(stateFolder, { recursive: true, withFileTypes: true });
      return Buffer.concat(
        files
          .filter((file) => file.isFile())
          .map((file) => readFileSync(path.join(file.parentPath, file.name))),
      );
    },
  };
}
