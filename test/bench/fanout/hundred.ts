// A hundred hosts: ours without and with kept connections, interleaved with those who do the same with OpenSSH.
import { availableParallelism } from "node:os";
import path from "node:path";
import { temporaryFolder } from "../../support/temporary.ts";
import type { BenchContext, Figure } from "../frame/bench.ts";
import { missingFigure, plainFigure, ratioFigure } from "../frame/figures.ts";
import { type Contender, type Series, interleave } from "../frame/interleave.ts";
import { mkdir } from "node:fs/promises";
import { type Fleet, startFleet } from "./fleet.ts";
import { type Masters, startMasters } from "./masters.ts";
import { loseConnections, measureOurs } from "./measure-ours.ts";
import { type OurServer, startOurServer } from "./our-server.ts";
import { type PeerWay, measurePeer, peerWays } from "./peers.ts";

export interface Hundred {
  readonly figures: readonly Figure[];
  readonly addresses: readonly string[];
  readonly warm: Series;
}

type SeriesOf = (name: string) => Series;

export async function measureHundred(context: BenchContext): Promise<Hundred> {
  const { short, absent, repetitions = short ? 2 : 7 } = context;
  const fleet = await startFleet(context, short ? 10 : 100);
  const ours = await startOurServer(context, fleet);
  const all = fleet.addresses.length;
  const first = await measureOurs(fleet, ours, { hosts: all, connectionsToOpen: all });
  const floor: number[] = [];
  const contenders = [
    coldContender(fleet, ours, floor),
    warmContender("warm", fleet, ours),
    warmContender("warm, a script", { ...fleet, ...fleet.named }, ours),
    ...(await peerContenders(context, fleet, ours)),
  ];
  const warmUps = 1;
  const series = await interleave(contenders, { repetitions, warmUps });
  const of: SeriesOf = (name) => series.get(name) ?? { name, samples: [] };
  const cold = of("cold");
  const serversAlone = { name: "floor", samples: cold.wrong ? [] : floor.slice(warmUps) };
  const figures = [
    plainFigure(
      { name: "first", unit: "ms", against: "ours, the first run of a new server" },
      { name: "first", samples: [first.value], ...(first.wrong && { wrong: first.wrong }) },
    ),
    plainFigure({ name: "cold", unit: "ms", against: "ours, no connection open" }, cold),
    ratioFigure(
      {
        name: "cold / floor",
        unit: "x",
        goal: { relation: "<=", than: 1.4 },
        against: "ours, beside what the servers alone need of all processors",
      },
      cold,
      serversAlone,
    ),
    plainFigure({ name: "warm", unit: "ms", against: "ours, connections kept" }, of("warm")),
    plainFigure(
      {
        name: "warm, a script",
        unit: "ms",
        against:
          "ours, connections kept, each host naming itself before: a script with a sh of its own",
      },
      of("warm, a script"),
    ),
    ...peerWays.flatMap((way) => peerFigures(way, of, absent.get(way.needs))),
  ];
  return { figures, addresses: fleet.addresses, warm: of("warm") };
}

/** `floor` gets what the servers took of the processors, divided by their number: nobody can be faster. */
function coldContender(fleet: Fleet, ours: OurServer, floor: number[]): Contender {
  const hosts = fleet.addresses.length;
  const disconnect = () => loseConnections(fleet, ours);
  return {
    name: "cold",
    ready: disconnect,
    measure: async () => {
      const before = await fleet.cpuMs();
      const measured = await measureOurs(fleet, ours, { hosts, connectionsToOpen: hosts });
      await disconnect(); // Only what has ended is in the sum.
      floor.push(((await fleet.cpuMs()) - before) / availableParallelism());
      return measured;
    },
  };
}

function warmContender(name: string, fleet: Fleet, ours: OurServer): Contender {
  const hosts = fleet.addresses.length;
  return {
    name,
    ready: async () => {
      // The first run on a connection has a channel of its own, the second one starts the shell that runs the others.
      await ours.run(hosts);
      await ours.run(hosts);
      await ours.untilConnections(hosts);
      await fleet.settle(hosts);
    },
    measure: () => measureOurs(fleet, ours, { hosts, connectionsToOpen: 0 }),
  };
}

/** Those over kept connections have hosts of their own, so that ours losing its connections costs them none. */
async function peerContenders(
  context: BenchContext,
  fleet: Fleet,
  ours: OurServer,
): Promise<Contender[]> {
  const present = peerWays.filter(({ needs }) => !context.absent.has(needs));
  const folder = await temporaryFolder(context, "re-ops-peers-");
  const keptFleet = await startFleet(context, fleet.addresses.length);
  const masters = await startMasters(context, keptFleet);
  const contender = async (way: PeerWay): Promise<Contender> => {
    const own = path.join(folder, way.name.replaceAll(/\W/gu, ""));
    await mkdir(own);
    const [hosts, over]: [Fleet, Masters | undefined] = way.kept
      ? [keptFleet, masters]
      : [fleet, undefined];
    const measure = (one: Fleet) => measurePeer(way, one, over, own);
    const { wrong } = await measure({ ...hosts, ...hosts.named });
    return {
      name: way.name,
      ready: async () => fleet.settle(await ours.connections()),
      measure: async () => ({ ...(await measure(hosts)), ...(wrong !== undefined && { wrong }) }),
    };
  };
  const contenders: Contender[] = [];
  for (const way of present) contenders.push(await contender(way));
  return contenders;
}

function peerFigures(way: PeerWay, of: SeriesOf, absent: string | undefined): Figure[] {
  const { name, against, warmGoal, coldGoal } = way;
  const plain = { name, unit: "ms", against };
  const ratios = [
    { ours: "warm", than: warmGoal },
    ...(coldGoal === undefined ? [] : [{ ours: "cold", than: coldGoal }]),
  ].map(({ ours, than }) => ({
    ours,
    naming: {
      name: `${name} / ${ours}`,
      unit: "x",
      goal: { relation: ">=", than },
      against: `${against}, beside ours ${ours}`,
    } as const,
  }));
  if (absent !== undefined) {
    return [plain, ...ratios.map(({ naming }) => naming)].map((one) => missingFigure(one, absent));
  }
  return [
    plainFigure(plain, of(name)),
    ...ratios.map(({ ours, naming }) => ratioFigure(naming, of(name), of(ours))),
  ];
}
