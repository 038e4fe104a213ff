// One run of ours, timed from outside, its answers and the connections that it opened compared with what they must be; and how all are lost.
import type { Measurement } from "../frame/interleave.ts";
import { findWrongAnswer } from "./answers.ts";
import type { Fleet } from "./fleet.ts";
import type { OurServer } from "./our-server.ts";

/** From the hosts' side, until neither they nor we know of one. */
export async function loseConnections(fleet: Fleet, ours: OurServer): Promise<void> {
  await fleet.disconnect();
  await fleet.settle(0);
  await ours.untilConnections(0);
}

export async function measureOurs(
  fleet: Fleet,
  ours: OurServer,
  { hosts, connectionsToOpen }: { readonly hosts: number; readonly connectionsToOpen: number },
): Promise<Measurement> {
  const before = fleet.opened();
  const started = performance.now();
  const answers = await ours.run(hosts, fleet.command);
  const value = performance.now() - started;
  const opened = fleet.opened() - before;
  const wrong = findWrongAnswer(new Map([...fleet.expected].slice(0, hosts)), answers);
  if (wrong !== undefined || opened === connectionsToOpen) return { value, wrong };
  return { value, wrong: `${opened} connections were opened, not ${connectionsToOpen}` };
}
