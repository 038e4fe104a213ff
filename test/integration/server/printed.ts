// What a run on this machine has printed so far, asked of the server that holds it.
import type { ServerConnection } from "re-ops/client";
import { readOutput, type RunDetail } from "re-ops/protocol";

export async function outputOf({ runtime }: ServerConnection, run: RunDetail): Promise<string> {
  const { steps } = await runtime.request(readOutput, { runId: run.header.id, host: "localhost" });
  return steps.map(({ out }) => out).join();
}
