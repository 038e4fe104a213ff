// What the engine port costs: the same run over hosts that answer at once, with the program in a live process and in the engine's own.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startLiveProcess } from "../../../language-server/live/live-process.ts";
import { servePort } from "../../../language-server/live/port-server.ts";
import { type Engine, createEngine } from "../../../runtime/engine/engine.ts";
import { type Evaluation, inEvaluation } from "../../../runtime/port.ts";
import { identifyThisProcess, isAlive } from "../../../runtime/project/process-identity.ts";
import { liveConsole, liveEvaluate } from "../../../runtime/protocol/live.ts";
import { Hosts, exec, run } from "../../../runtime/public.ts";
import { type Ending, temporaryFolder } from "../../support/temporary.ts";
import type { ExpectedLines } from "../frame/collected.ts";
import { type Contender, type Series, interleave } from "../frame/interleave.ts";
import { type Answers, findWrongAnswer, printAnswers, readAnswers } from "./answers.ts";
import { createInstantReach, instantAnswer } from "./instant-reach.ts";

export interface PortCost {
  readonly server: Series;
  readonly inProcess: Series;
}

export async function measurePortCost(
  context: Ending,
  hosts: readonly string[],
  repetitions: number,
): Promise<PortCost> {
  const folder = await temporaryFolder(context, "re-ops-port-");
  const engine = createEngine({
    stateFolder: path.join(folder, "state"),
    environment: {},
    owner: identifyThisProcess(),
    isAlive,
    onProblem: (message) => {
      throw new Error(message);
    },
    reach: createInstantReach(),
  });
  context.after(() => engine.dispose());
  const server = await prepareServerBinding(context, engine, folder, hosts);
  const inProcess = prepareInProcessBinding(engine, hosts);
  const series = await interleave([server, inProcess], { repetitions, warmUps: 10 });
  const [first, second] = [series.get(server.name), series.get(inProcess.name)];
  if (first === undefined || second === undefined) throw new Error("a binding was not measured");
  return { server: first, inProcess: second };
}

async function prepareServerBinding(
  context: Ending,
  engine: Engine,
  folder: string,
  hosts: readonly string[],
): Promise<Contender> {
  const project = path.join(folder, "project");
  await mkdir(project);
  const file = path.join(project, "program.ts");
  const live = await startLiveProcess({
    entry: fileURLToPath(new URL("../../../runtime/live/process.ts", import.meta.url)),
    projectFolder: project,
    log: (line) => process.stderr.write(`${line}\n`),
  });
  context.after(async () => {
    live.kill("the bench is over");
    await live.ended;
  });
  servePort({ engine, peer: live.peer, onRunStarted: () => {} });
  let printed = "";
  live.peer.onNotification(liveConsole, ({ text }) => {
    printed += text;
  });
  await live.ready;
  const form = "timed(exec(hs, `uptime`))";
  const text = `import { Hosts, exec, run } from "re-ops";\nconst hs = new Hosts({}, ${JSON.stringify(hosts)});\n${printAnswers}${form}`;
  await writeFile(file, text);
  const request = (whole: boolean, start: number) =>
    live.peer.request(liveEvaluate, {
      evaluationId: crypto.randomUUID(),
      file,
      text,
      range: { start, end: text.length },
      whole,
    });
  return {
    name: "server binding",
    measure: async () => {
      printed = "";
      const result = await request(false, text.length - form.length);
      if (result.kind !== "value") return { value: Number.NaN, wrong: JSON.stringify(result) };
      return judge(hosts, readAnswers(printed));
    },
  };
}

function prepareInProcessBinding(engine: Engine, hosts: readonly string[]): Contender {
  const hs = new Hosts({}, hosts);
  const evaluation: Evaluation = {
    signal: new AbortController().signal,
    port: engine.openPort().port,
    console: { write: () => {} },
  };
  const timed = async (): Promise<Answers> => {
    const started = performance.now();
    const outcome = await run(exec(hs, "uptime"));
    const ms = performance.now() - started;
    const success = outcome.success.map(({ host, value: { out, err } }) => ({ host, out, err }));
    return { ms, success, failure: [...outcome.failure] };
  };
  return {
    name: "in-process binding",
    measure: async () => judge(hosts, await inEvaluation(evaluation, timed)),
  };
}

function judge(hosts: readonly string[], answers: Answers) {
  const expected: ExpectedLines = new Map(
    hosts.map((host) => [host, instantAnswer(host).split("\n").slice(0, -1)]),
  );
  return { value: answers.ms, wrong: findWrongAnswer(expected, answers) };
}
