// `re-ops eval 'CODE'`: evaluates as the editor does, in a process of its own, with every name of Re-ops in scope.
import { randomUUID } from "node:crypto";
import path from "node:path";
import { kindOf } from "../live/values/report-value.ts";
import type { SessionResult } from "../live/session.ts";
import { projectOfDirectory } from "../project/project-folder.ts";
import type { CodeToEvaluate } from "./evaluate-somewhere.ts";
import { openOwnEvaluator } from "./own-evaluator.ts";
import { Program } from "./program.ts";
import { tellValue } from "./tell-value.ts";

export async function evaluate({ text, json }: CodeToEvaluate): Promise<never> {
  const directory = process.cwd();
  const program = new Program({ directory, json });
  const { signal } = program;
  const projectFolder = await projectOfDirectory(directory, process.env);
  const evaluator = openOwnEvaluator({
    projectFolder,
    environment: process.env,
    port: program.port,
    console: program.console,
    signal,
  });
  const file = path.join(directory, "[eval].ts");
  const whole = { start: 0, end: text.length, prelude: true };
  const session = evaluator.open({ evaluationId: randomUUID(), file, text, ...whole });
  signal.addEventListener("abort", () => {
    session.interrupt();
  });
  program.stopOnSignal();
  process.once("exit", (code) => {
    program.breakOff(code);
  });
  tell(await session.evaluate(), program, json);
  await evaluator.stop();
  await program.finish();
  process.exit();
}

function tell(result: SessionResult, program: Program, json: boolean): void {
  if (result.kind === "error") program.fail(result.error);
  if (result.kind !== "value") return;
  program.setValue(result.box);
  tellValue({ ...result, kind: kindOf(result.box.value) }, { json, program });
}
