// scpInto as a person evaluates it, timed from outside.
import type { OurServer } from "../fanout/our-server.ts";
import type { Measurement } from "../frame/interleave.ts";
import { COPIED, type Payload } from "./payload.ts";

export async function measureOurs(ours: OurServer, payload: Payload): Promise<Measurement> {
  const words = [payload.file, `~/${COPIED}`].map((word) => JSON.stringify(word)).join(", ");
  const form = `run(scpInto(hs, ${words})).then((o) => console.log(JSON.stringify(o.failure)))`;
  const started = performance.now();
  const printed = await ours.print(form);
  const value = performance.now() - started;
  if (printed.trim() !== "[]") return { value, wrong: printed.slice(0, 1000) };
  return { value, wrong: await payload.findWrong() };
}
