// A thousand hosts of which three hundred are dead, beside the seven hundred alone: how long until all that live have answered.
import { startSilentServer } from "../../lab/silent-server.ts";
import type { BenchContext, Figure } from "../frame/bench.ts";
import { plainFigure, ratioFigure } from "../frame/figures.ts";
import { type Contender, interleave } from "../frame/interleave.ts";
import { findWrongAnswer, readAnswers } from "./answers.ts";
import { type Fleet, startFleet } from "./fleet.ts";
import { loseConnections } from "./measure-ours.ts";
import { startOurServer } from "./our-server.ts";

export async function measureDead(context: BenchContext): Promise<readonly Figure[]> {
  const { short, repetitions = short ? 1 : 3 } = context;
  const [living, dead] = short ? [21, 9] : [700, 300];
  const fleet = await startFleet(context, living);
  const silent = await Promise.all(
    Array.from({ length: dead }, (_, i) =>
      startSilentServer(`127.200.${Math.floor(i / 250)}.${(i % 250) + 1}`, fleet.port),
    ),
  );
  context.after(async () => {
    await Promise.all(silent.map((server) => server.stop()));
  });
  const ours = await startOurServer(context, fleet);
  const among = mix(
    fleet.addresses,
    silent.map(({ host }) => host),
  );
  const contender = (name: string, hosts: readonly string[]): Contender => ({
    name,
    ready: () => loseConnections(fleet, ours),
    async measure() {
      const answers = readAnswers(await ours.print(describeRun(fleet, hosts)));
      return { value: answers.ms, wrong: findWrongAnswer(fleet.expected, answers) };
    },
  });
  const names = [`${living} of ${living + dead}`, `${living} alone`] as const;
  const series = await interleave(
    [contender(names[0], among), contender(names[1], fleet.addresses)],
    { repetitions, warmUps: 1 },
  );
  const of = (name: string) => series.get(name) ?? { name, samples: [] };
  const [withDead, alone] = [of(names[0]), of(names[1])];
  return [
    plainFigure({ name: names[1], unit: "ms", against: "ours, no connection open" }, alone),
    ratioFigure(
      {
        name: "a third dead",
        unit: "x",
        goal: { relation: "<=", than: 1.5 },
        against: `ours with ${dead} silent hosts among them, until all that live have answered`,
      },
      withDead,
      alone,
    ),
  ];
}

/** Every third one is dead, and the first one is, until there are no more. */
function mix(living: readonly string[], dead: readonly string[]): string[] {
  const left = [...dead];
  const mixed = living.flatMap((host, i) => [...(i % 2 === 0 ? left.splice(0, 1) : []), host]);
  return [...mixed, ...left];
}

/** Over when all that live have answered: those that are dead are called off then. */
function describeRun({ addresses, command }: Fleet, hosts: readonly string[]): string {
  return `(async () => {
  const all = new Hosts(hs.auth, ${JSON.stringify(hosts)}, { connectTimeoutMs: 300_000 });
  const success = [];
  const started = performance.now();
  const ran = run(exec(all, ${JSON.stringify(command)}));
  for await (const { host, kind, value } of ran) {
    if (kind === "success") success.push({ host, out: value.out, err: value.err });
    if (success.length === ${addresses.length}) break;
  }
  const ms = performance.now() - started;
  await ran.cancel();
  console.log(JSON.stringify({ ms, success, failure: [] }));
})()`;
}
