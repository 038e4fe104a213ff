// `re-ops eval 'CODE'`: evaluates as the editor does, in a process of its own, with every name of Re-ops in scope.
import { randomUUID } from "node:crypto";
import path from "node:path";
import { createEvaluator } from "../live/evaluator.ts";
import { kindOf } from "../live/report-value.ts";
import { Session, type SessionResult } from "../live/session.ts";
import { ambientEvaluation, setFallbackEvaluation } from "../port.ts";
import { projectOfDirectory } from "../project/project-folder.ts";
import { Program } from "./program.ts";
import { tellValue } from "./tell-value.ts";

export interface EvalOptions {
  readonly text: string;
  readonly json: boolean;
}

export async function evaluate({ text, json }: EvalOptions): Promise<never> {
  const directory = process.cwd();
  const program = new Program({ directory, json });
  const { port, console, signal } = program;
  setFallbackEvaluation(() => ({ port, console, signal }));
  const evaluator = createEvaluator({
    projectFolder: await projectOfDirectory(directory, process.env),
    reopsExports: () => import("re-ops"),
    onConsole: (_id, stream, written) => {
      console.write(stream, written);
    },
    evaluationIdOf: () => ambientEvaluation()?.id,
  });
  const file = path.join(directory, "[eval].ts");
  const session = new Session(
    { evaluationId: randomUUID(), file, text, start: 0, end: text.length, prelude: true },
    { evaluator, port, console },
  );
  signal.addEventListener("abort", () => {
    session.interrupt();
  });
  program.stopOnSignal();
  const hear = (error: unknown) => {
    session.hear(error);
  };
  process.on("uncaughtException", hear);
  process.on("unhandledRejection", hear);
  process.once("exit", (code) => {
    program.breakOff(code);
  });
  tell(await session.evaluate(), program, json);
  await program.finish();
  process.exit();
}

function tell(result: SessionResult, program: Program, json: boolean): void {
  if (result.kind === "error") program.fail(result.error);
  if (result.kind !== "value") return;
  program.setValue(result.box);
  tellValue({ ...result, kind: kindOf(result.box.value) }, { json, program });
}
