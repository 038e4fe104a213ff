// A live process as a server starts it, asked to evaluate over its pipe.
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startLiveProcess } from "../../../language-server/live/live-process.ts";
import { liveEvaluate } from "../../../runtime/protocol/live.ts";
import type { Ending } from "../../support/temporary.ts";
import type { Measurement } from "../frame/interleave.ts";

export interface Request {
  readonly file: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface Live {
  /** What the inline result says; throws when the code is wrong. */
  show(request: Request): Promise<string>;
  load(file: string, text: string): Promise<void>;
}

export async function startLive(context: Ending, folder: string): Promise<Live> {
  const projectFolder = path.join(folder, "project");
  await mkdir(projectFolder);
  const live = await startLiveProcess({
    entry: fileURLToPath(new URL("../../../runtime/live/process.ts", import.meta.url)),
    projectFolder,
    log: (line) => process.stderr.write(`${line}\n`),
  });
  context.after(async () => {
    live.kill("the bench is over");
    await live.ended;
  });
  await live.ready;
  const ask = async ({ file, text, start, end }: Request, whole: boolean): Promise<string> => {
    const address = path.join(projectFolder, file);
    const result = await live.peer.request(liveEvaluate, {
      evaluationId: crypto.randomUUID(),
      file: address,
      range: { start, end },
      whole,
      ...live.texts.send(address, text),
    });
    if (result.kind !== "value") throw new Error(JSON.stringify(result));
    return result.display;
  };
  return {
    show: (request) => ask(request, false),
    load: async (file, text) => void (await ask({ file, text, start: 0, end: 0 }, true)),
  };
}

/** The mean time of some equal pieces of work in a row. */
export async function timeOf(count: number, work: () => Promise<string | undefined>) {
  const began = performance.now();
  for (let index = 0; index < count; index += 1) {
    const wrong = await work();
    if (wrong !== undefined) return { value: Number.NaN, wrong };
  }
  return { value: (performance.now() - began) / count } satisfies Measurement;
}
