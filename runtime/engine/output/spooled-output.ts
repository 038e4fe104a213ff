// What the spool holds of one host in one step, for whoever looks at a run that is no more in memory.
import { readRange } from "./file-range.ts";
import type { ReadableOutput } from "./host-output.ts";
import type { SpooledOutput } from "./spool-records.ts";

export function readableOf(spooled: SpooledOutput): ReadableOutput {
  const { lost, folder } = spooled;
  return {
    bytes: (stream) => spooled[stream].bytes,
    read: (stream, offset, bytes) => readRange(spooled[stream], offset, bytes),
    lost,
    folder,
    ended: true,
  };
}
