// `re-ops eval 'CODE'`: in the running server of the project when there is one, else in this process.
import { attachToServer } from "../client/attach.ts";
import type { Connection } from "../client/connection.ts";
import { projectOfDirectory } from "../project/project-folder.ts";

export interface CodeToEvaluate {
  readonly text: string;
  /** Whether to print one document of all that happened. */
  readonly json: boolean;
}

export interface EvalOptions extends CodeToEvaluate {
  /** In this process, whatever runs. */
  readonly own: boolean;
}

export async function evaluateSomewhere(options: EvalOptions): Promise<never> {
  const connection = options.own ? undefined : await visit();
  // Each is loaded when it is wanted: who evaluates in the server needs no evaluator here.
  if (connection === undefined) {
    const { evaluate } = await import("./evaluate.ts");
    return evaluate(options);
  }
  const { evaluateAttached } = await import("./evaluate-attached.ts");
  return evaluateAttached(options, connection);
}

/** Whoever says no, or does not answer, is named, and not waited for. */
async function visit(): Promise<Connection | undefined> {
  const { env: environment } = process;
  const projectFolder = await projectOfDirectory(process.cwd(), environment);
  const log = (line: string) => {
    process.stderr.write(`re-ops: ${line}\n`);
  };
  try {
    return await attachToServer({ projectFolder, environment, clientName: "re-ops eval", log });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    log(`the server of ${projectFolder} cannot be used (${why}): evaluating in this process`);
    return undefined;
  }
}
