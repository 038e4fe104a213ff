// The bench `fanout`: one command on many hosts, beside those who do the same with OpenSSH.
import type { Bench, BenchContext, Figure } from "../frame/bench.ts";
import { plainFigure } from "../frame/figures.ts";
import { type Contender, interleave } from "../frame/interleave.ts";
import { startFleet } from "./fleet.ts";
import { type Peer, measurePeer, peers } from "./peers.ts";

export const fanout: Bench = {
  name: "fanout",
  about: "uptime on 100 real sshd hosts, beside pdsh and clush",
  peers,
  measure,
};

async function measure(context: BenchContext): Promise<readonly Figure[]> {
  const count = context.short ? 10 : 100;
  const repetitions = context.repetitions ?? (context.short ? 2 : 7);
  const fleet = await startFleet(context, count);
  const contenders = (Object.keys(peers) as Peer[]).map((peer): Contender => ({
    name: peer,
    ready: () => fleet.settle(0),
    measure: () => measurePeer(peer, fleet),
  }));
  const series = await interleave(contenders, { repetitions, warmUps: 1 });
  return [...series.values()].map((one) =>
    plainFigure({ name: one.name, unit: "ms", against: "" }, one),
  );
}
