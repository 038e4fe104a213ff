// The bench `copy`: one file to many hosts, beside scp and rsync over connections that OpenSSH keeps.
import { mkdir, symlink } from "node:fs/promises";
import path from "node:path";
import { temporaryFolder } from "../../support/temporary.ts";
import type { Bench, BenchContext, Figure } from "../frame/bench.ts";
import { missingFigure, plainFigure, ratioFigure } from "../frame/figures.ts";
import { type Contender, type Series, interleave } from "../frame/interleave.ts";
import { type Fleet, startFleet } from "../fanout/fleet.ts";
import { startMasters } from "../fanout/masters.ts";
import { startOurServer } from "../fanout/our-server.ts";
import { type Payload, createPayload } from "./payload.ts";
import { measurePeer, peers, peerWays } from "./peers.ts";
import { measureOurs } from "./ours.ts";

export const copy: Bench = {
  name: "copy",
  about: "one file to many real sshd hosts over kept connections, beside scp and rsync",
  peers,
  measure,
};

const MEGABYTE = 1024 * 1024;

async function measure(context: BenchContext): Promise<readonly Figure[]> {
  const { short, absent, repetitions = short ? 2 : 7 } = context;
  const [hosts, megabytes] = short ? [10, 1] : [100, 10];
  const fleet = await startFleet(context, hosts);
  const folder = await temporaryFolder(context, "re-ops-copy-");
  const payload = await createPayload(fleet, folder, megabytes * MEGABYTE);
  const contenders = [
    await ourContender(context, fleet, payload),
    ...(await peerContenders(context, fleet, folder, payload)),
  ];
  const series = await interleave(contenders, { repetitions, warmUps: 1 });
  const of = (name: string): Series => series.get(name) ?? { name, samples: [] };
  const size = `${String(megabytes)} MB to ${String(hosts)} hosts`;
  return [
    plainFigure({ name: "ours", unit: "ms", against: `scpInto, ${size}` }, of("ours")),
    ...peerWays.flatMap(({ name, needs, against }) => {
      const plain = { name, unit: "ms", against };
      const goal = { relation: ">=", than: 1 } as const;
      const ratio = { name: `${name} / ours`, unit: "x", goal, against: `${against}, ${size}` };
      const why = absent.get(needs);
      if (why !== undefined) return [missingFigure(plain, why), missingFigure(ratio, why)];
      return [plainFigure(plain, of(name)), ratioFigure(ratio, of(name), of("ours"))];
    }),
  ];
}

async function ourContender(
  context: BenchContext,
  fleet: Fleet,
  payload: Payload,
): Promise<Contender> {
  const ours = await startOurServer(context, fleet);
  await ours.run(fleet.addresses.length);
  return {
    name: "ours",
    ready: () => payload.renew(),
    measure: () => measureOurs(ours, payload),
  };
}

async function peerContenders(
  context: BenchContext,
  fleet: Fleet,
  folder: string,
  payload: Payload,
): Promise<Contender[]> {
  const masters = await startMasters(context, fleet);
  const targets = path.join(folder, "targets");
  await mkdir(targets);
  for (const [address, home] of fleet.homes) await symlink(home, path.join(targets, address));
  return peerWays
    .filter(({ needs }) => !context.absent.has(needs))
    .map((way) => ({
      name: way.name,
      ready: () => payload.renew(),
      measure: () => measurePeer(way, { fleet, masters, targets, payload }),
    }));
}
