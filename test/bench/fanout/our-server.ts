// Ours as a person meets it: a built server of its own with its live process, asked over its runtime door.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { connectToServer, stopServer } from "re-ops/client";
import { consoleOutput, evaluate, getStatus } from "re-ops/protocol";
import { build } from "../../../scripts/build.ts";
import { type Ending, temporaryFolder } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";
import { readPssMegabytes } from "../frame/memory.ts";
import { type Answers, printAnswers, readAnswers } from "./answers.ts";
import type { Fleet } from "./fleet.ts";

export interface OurServer {
  /** Evaluates the program's run of a command on so many hosts; resolves when every host's lines have come over the door. */
  run(hosts: number, command?: string): Promise<Answers>;
  /** Evaluates a form in which `hs` are all hosts and the names of `re-ops` are there; gives what it printed. */
  print(form: string): Promise<string>;
  connections(): Promise<number>;
  untilConnections(count: number): Promise<void>;
  /** What server and live process take together. */
  memoryMegabytes(): Promise<number>;
}

const serverEntry = fileURLToPath(new URL("../../../dist/server/server.mjs", import.meta.url));

export async function startOurServer(context: Ending, fleet: Fleet): Promise<OurServer> {
  await build(() => {}, ["server"]);
  const folder = await temporaryFolder(context, "re-ops-ours-");
  const projectFolder = path.join(folder, "project");
  const environment = {
    ...process.env,
    XDG_STATE_HOME: path.join(folder, "state"),
    RE_OPS_SSH_CONFIG: fleet.configFile,
  };
  const program = await writeProgram(projectFolder, fleet);
  const server = await connectToServer({
    projectFolder,
    serverEntry,
    node: { setting: process.execPath },
    environment,
    clientName: "bench",
    signal: new AbortController().signal,
    log: (line) => process.stderr.write(`${line}\n`),
  });
  context.after(async () => {
    server.dispose();
    await stopServer(projectFolder, environment, AbortSignal.timeout(20_000));
  });
  const { runtime } = server;
  let printed = "";
  runtime.onNotification(consoleOutput, ({ text }) => {
    printed += text;
  });
  const status = () => runtime.request(getStatus, {});
  const connections = async () => (await status()).connections;
  await until("the live process", async () => (await status()).live.state === "ready");
  const print = async (form: string) => {
    printed = "";
    const evaluationId = crypto.randomUUID();
    const mode = "expression" as const;
    const result = await runtime.request(evaluate, { evaluationId, mode, ...program(form) });
    if (result.kind === "value") return printed;
    throw new Error(`the evaluation gave ${JSON.stringify(result)}`);
  };
  return {
    run: async (hosts, command = fleet.command) =>
      readAnswers(await print(describeRun(fleet, hosts, command))),
    print,
    connections,
    untilConnections: async (count) => {
      await until(`${count} connections of ours`, async () => (await connections()) === count);
    },
    memoryMegabytes: async () => {
      const { pid, live } = await status();
      return readPssMegabytes(live.pid === undefined ? [pid] : [pid, live.pid]);
    },
  };
}

function describeRun({ addresses }: Fleet, hosts: number, command: string): string {
  const some = hosts === addresses.length ? "hs" : `hs.only(hs.hosts.slice(0, ${hosts}))`;
  return `timed(exec(${some}, ${JSON.stringify(command)}))`;
}

/** The user's file, and the form at its end that is evaluated. */
async function writeProgram(projectFolder: string, fleet: Fleet) {
  const auth = { user: fleet.user, port: fleet.port, sshKey: fleet.keyFile };
  const head = `import { Hosts, exec, run, scpInto } from "re-ops";\nconst hs = new Hosts(${JSON.stringify(auth)}, ${JSON.stringify(fleet.addresses)});\n${printAnswers}`;
  const file = path.join(projectFolder, "program.ts");
  await mkdir(projectFolder);
  await writeFile(path.join(projectFolder, "re-ops.config.json"), "{}\n");
  await writeFile(file, head);
  return (form: string) => {
    const text = `${head}${form};\n`;
    return { file, text, selection: { start: head.length, end: head.length + form.length } };
  };
}
