// The bench `fanout`: one command on many hosts, beside those who do the same with OpenSSH; a thousand hosts; a slow link.
import type { Bench, BenchContext, Figure } from "../frame/bench.ts";
import { plainFigure, shareFigure } from "../frame/figures.ts";
import type { Series } from "../frame/interleave.ts";
import { measureDead } from "./dead.ts";
import { measureHundred } from "./hundred.ts";
import { peers } from "./peers.ts";
import { type PortCost, measurePortCost } from "./port-cost.ts";
import { measureRoundTrips } from "./round-trips.ts";
import { measureThousand } from "./thousand.ts";

export const fanout: Bench = {
  name: "fanout",
  about: "uptime on many real sshd hosts, beside pdsh, clush, xargs and ansible over OpenSSH",
  peers,
  measure,
};

async function measure(context: BenchContext): Promise<readonly Figure[]> {
  const { short, repetitions = short ? 2 : 7 } = context;
  const { figures, addresses, warm } = await measureHundred(context);
  const port = await measurePortCost(context, addresses, Math.max(repetitions, short ? 3 : 30));
  const trips = short ? { steps: 3, repetitions: 1 } : { steps: 23, repetitions: 3 };
  return [
    ...figures,
    ...portFigures(port, warm),
    plainFigure(
      {
        name: "round trips",
        unit: "x",
        goal: { relation: "<=", than: 1.2 },
        against: `${trips.steps} steps one after another, round trips of 100 ms, for each step`,
      },
      await measureRoundTrips(context, trips),
    ),
    ...(await measureThousand(context)),
    ...(await measureDead(context)),
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
