// Evaluates as an editor does: a text, and a cursor before the first place where some words stand in it.
import { existsSync } from "node:fs";
import path from "node:path";
import type { ServerConnection } from "re-ops/client";
import { evaluate, type EvaluateResult, type EvaluationMode } from "re-ops/protocol";
import { until } from "../../support/until.ts";
import type { Project } from "./project.ts";

export interface EvaluateOptions {
  readonly mode?: EvaluationMode;
  readonly evaluationId?: string;
  readonly file?: string;
}

/** Without `at` the cursor is at the very beginning. */
export function evaluateIn(
  project: Project,
  { runtime }: ServerConnection,
  text: string,
  at = "",
  options: EvaluateOptions = {},
): Promise<EvaluateResult> {
  const { mode = "expression", file = "a.ts", evaluationId = crypto.randomUUID() } = options;
  const offset = text.indexOf(at);
  if (offset === -1) throw new Error(`"${at}" does not stand in the text`);
  return runtime.request(evaluate, {
    evaluationId,
    file: path.join(project.folder, file),
    text,
    selection: { start: offset, end: offset },
    mode,
  });
}

/** The value as shown in place; fails on anything else. */
export async function displayOf(result: Promise<EvaluateResult>): Promise<string> {
  const settled = await result;
  if (settled.kind === "value") return settled.display;
  throw new Error(`no value but ${JSON.stringify(settled)}`);
}

/** Says that it has begun, for `untilLooping`. */
const BEGIN = 'process.getBuiltinModule("node:fs").writeFileSync("looping", "");';

/** An arrow function that never gives the event loop back. */
export const LOOP = `() => { ${BEGIN} while (true) {} }`;

/** Evaluates a form that never gives the event loop back. */
export function loopForever(project: Project, window: ServerConnection): Promise<EvaluateResult> {
  return evaluateIn(project, window, `(${LOOP})();`, "", { mode: "form", file: "loop.ts" });
}

/** Evaluates a form that waits in native code, where nothing can be broken off. */
export function blockForever(project: Project, window: ServerConnection): Promise<EvaluateResult> {
  const text = `{ ${BEGIN} process.getBuiltinModule("node:child_process").execSync("sleep 60"); }`;
  return evaluateIn(project, window, text, "", { mode: "form", file: "block.ts" });
}

export async function untilLooping(project: Project): Promise<void> {
  await until("the loop to begin", () => existsSync(path.join(project.folder, "looping")));
}
