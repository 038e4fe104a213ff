// The bench `fanout`: one command on many hosts, beside those who do the same with OpenSSH.
import type { Bench, BenchContext, Figure } from "../frame/bench.ts";
import { missingFigure, plainFigure, ratioFigure, shareFigure } from "../frame/figures.ts";
import { type Contender, type Measurement, type Series, interleave } from "../frame/interleave.ts";
import { findWrongAnswer } from "./answers.ts";
import { type Fleet, startFleet } from "./fleet.ts";
import { type OurServer, startOurServer } from "./our-server.ts";
import { type Peer, measurePeer, peers } from "./peers.ts";
import { type PortCost, measurePortCost } from "./port-cost.ts";

export const fanout: Bench = {
  name: "fanout",
  about: "uptime on many real sshd hosts, connections kept and not, beside pdsh and clush",
  peers,
  measure,
};

async function measure(context: BenchContext): Promise<readonly Figure[]> {
  const { short, absent, repetitions = short ? 2 : 7 } = context;
  const fleet = await startFleet(context, short ? 10 : 100);
  const ours = await startOurServer(context, fleet);
  const first = await measureOurs(fleet, ours, fleet.addresses.length);
  const present = (Object.keys(peers) as Peer[]).filter((peer) => !absent.has(peer));
  const contenders = [
    coldContender(fleet, ours),
    warmContender(fleet, ours),
    ...present.map((peer) => peerContender(peer, fleet, ours)),
  ];
  const series = await interleave(contenders, { repetitions, warmUps: 1 });
  const port = await measurePortCost(
    context,
    fleet.addresses,
    Math.max(repetitions, short ? 3 : 30),
  );
  const of = (name: string): Series => series.get(name) ?? { name, samples: [] };
  return [
    plainFigure(
      { name: "first", unit: "ms", against: "ours, the first run of a new server" },
      { name: "first", samples: [first.value], ...(first.wrong && { wrong: first.wrong }) },
    ),
    plainFigure({ name: "cold", unit: "ms", against: "ours, no connection open" }, of("cold")),
    plainFigure({ name: "warm", unit: "ms", against: "ours, connections kept" }, of("warm")),
    ...(Object.keys(peers) as Peer[]).flatMap((peer) => peerFigures(peer, of, context)),
    ...portFigures(port, of("warm")),
  ];
}

function coldContender(fleet: Fleet, ours: OurServer): Contender {
  return {
    name: "cold",
    ready: async () => {
      await fleet.disconnect();
      await fleet.settle(0);
      await ours.untilConnections(0);
    },
    measure: () => measureOurs(fleet, ours, fleet.addresses.length),
  };
}

function warmContender(fleet: Fleet, ours: OurServer): Contender {
  const count = fleet.addresses.length;
  return {
    name: "warm",
    ready: async () => {
      await ours.run();
      await ours.untilConnections(count);
      await fleet.settle(count);
    },
    measure: () => measureOurs(fleet, ours, 0),
  };
}

function peerContender(peer: Peer, fleet: Fleet, ours: OurServer): Contender {
  return {
    name: peer,
    ready: async () => fleet.settle(await ours.connections()),
    measure: () => measurePeer(peer, fleet),
  };
}

async function measureOurs(
  fleet: Fleet,
  ours: OurServer,
  connectionsToOpen: number,
): Promise<Measurement> {
  const before = fleet.opened();
  const started = performance.now();
  const answers = await ours.run();
  const value = performance.now() - started;
  const opened = fleet.opened() - before;
  const wrong = findWrongAnswer(fleet.expected, answers);
  if (wrong !== undefined || opened === connectionsToOpen) return { value, wrong };
  return { value, wrong: `${opened} connections were opened, not ${connectionsToOpen}` };
}

function peerFigures(
  peer: Peer,
  of: (name: string) => Series,
  { absent, short }: BenchContext,
): Figure[] {
  const against = `${peer} -f ${short ? 10 : 100} at its defaults`;
  const plain = { name: peer, unit: "ms", against: "a new connection to each host" };
  const goals = [
    ["warm", 10],
    ["cold", 3],
  ] as const;
  const ratios = goals.map(([name, than]) => ({
    ours: name,
    naming: {
      name: `${peer} / ${name}`,
      unit: "x",
      goal: { relation: ">=", than },
      against: `${against} beside ours ${name}`,
    } as const,
  }));
  const why = absent.get(peer);
  if (why !== undefined) {
    return [plain, ...ratios.map(({ naming }) => naming)].map((one) => missingFigure(one, why));
  }
  return [
    plainFigure(plain, of(peer)),
    ...ratios.map(({ ours, naming }) => ratioFigure(naming, of(peer), of(ours))),
  ];
}

function portFigures({ server, inProcess }: PortCost, warm: Series): Figure[] {
  const instant = "hosts that answer at once";
  return [
    plainFigure({ name: "port, server", unit: "ms", against: instant }, server),
    plainFigure({ name: "port, in process", unit: "ms", against: instant }, inProcess),
    shareFigure(
      {
        name: "port / warm",
        unit: "%",
        goal: { relation: "<=", than: 15 },
        against: "server binding minus in-process binding, of ours warm",
      },
      server,
      inProcess,
      warm,
    ),
  ];
}
