// A thousand hosts beside a hundred of them, connections kept: what grows faster than the number of hosts, and what they take in memory.
import type { BenchContext, Figure } from "../frame/bench.ts";
import { plainFigure, ratioFigure } from "../frame/figures.ts";
import { type Contender, interleave } from "../frame/interleave.ts";
import { startFleet } from "./fleet.ts";
import { measureOurs } from "./measure-ours.ts";
import { type OurServer, startOurServer } from "./our-server.ts";

export async function measureThousand(context: BenchContext): Promise<readonly Figure[]> {
  const { short, repetitions = short ? 2 : 5 } = context;
  const [all, tenth] = short ? [30, 3] : [1000, 100];
  const fleet = await startFleet(context, all);
  const ours = await startOurServer(context, fleet);
  const contender = (hosts: number): Contender => ({
    name: String(hosts),
    ready: () => fleet.settle(all),
    measure: () => measureOurs(fleet, ours, { hosts, connectionsToOpen: 0 }),
  });
  const first = await measureOurs(fleet, ours, { hosts: all, connectionsToOpen: all });
  const series = await interleave([contender(all), contender(tenth)], {
    repetitions,
    warmUps: 1,
  });
  const of = (hosts: number) => series.get(String(hosts)) ?? { name: String(hosts), samples: [] };
  const connecting = { samples: [first.value], ...(first.wrong && { wrong: first.wrong }) };
  return [
    plainFigure(
      { name: `first of ${all}`, unit: "ms", against: "ours, every connection to be opened" },
      { name: "first", ...connecting },
    ),
    plainFigure({ name: `warm, ${all}`, unit: "ms", against: "ours, connections kept" }, of(all)),
    ratioFigure(
      {
        name: "1000 / 100",
        unit: "x",
        goal: { relation: "<=", than: 13 },
        against: `ours on ${all} hosts and on ${tenth} of them, connections kept`,
      },
      of(all),
      of(tenth),
    ),
    plainFigure(
      {
        name: "memory, 1000",
        unit: "MB",
        goal: { relation: "<=", than: 330 },
        against: `PSS of server and live process, ${all} connections`,
      },
      await readMemory(ours, of(all).wrong),
    ),
  ];
}

async function readMemory(ours: OurServer, wrong: string | undefined) {
  const name = "memory";
  if (wrong !== undefined) return { name, samples: [], wrong };
  return { name, samples: [await ours.memoryMegabytes()] };
}
