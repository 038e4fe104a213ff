// The child of in-own-process.ts: the composition of `re-ops eval`, asked again and again.
import { openOwnEvaluator } from "../../../runtime/cli/own-evaluator.ts";
import { lazyEngine } from "../../../runtime/in-process/lazy-engine.ts";
import { rangeAt } from "../../../runtime/live/text/ranges.ts";
import type { SessionResult } from "../../../runtime/live/session.ts";
import type { Request, Seen } from "./drive.ts";
import type { Answer, Question } from "./in-own-process.ts";

const [, , projectFolder = ""] = process.argv;
const engine = lazyEngine(projectFolder, process.env);
let printed = "";
const evaluator = openOwnEvaluator({
  projectFolder,
  environment: process.env,
  port: engine.port,
  console: {
    write: (_stream, text) => {
      printed += text;
    },
  },
  signal: new AbortController().signal,
});

process.on("message", ({ id, request }: Question) => {
  void evaluate(id, request).then((seen) => process.send?.({ id, seen } satisfies Answer));
});
process.once("disconnect", () => {
  void engine.dispose().then(() => process.exit());
});

async function evaluate(evaluationId: string, request: Request): Promise<Seen> {
  const { file, text, selection, mode } = request;
  const range =
    mode === "file" ? { start: 0, end: text.length } : rangeAt(text, file, selection, mode);
  if ("error" in range) return { kind: "error", error: range.error, printed: "" };
  const whole = mode === "file" && { whole: "file" as const };
  printed = "";
  const session = evaluator.open({ evaluationId, file, text, ...range, ...whole });
  return seenOf(await session.evaluate());
}

function seenOf(result: SessionResult): Seen {
  switch (result.kind) {
    case "value": {
      const { kind, display, note } = result;
      return { kind, display, printed, ...(note !== undefined && { note }) };
    }
    case "error":
      return { kind: "error", error: result.error, printed };
    case "interrupted":
      return { kind: "interrupted", printed };
  }
}
