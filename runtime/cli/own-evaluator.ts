// The evaluator of a process that attaches to nobody, composed: user code and its engine in one process.
import { createEvaluator } from "../live/evaluator.ts";
import { reportMistakes } from "../live/modules/held-resources.ts";
import { Session, type SessionRequest } from "../live/session.ts";
import { composeWorkflow, noComponents } from "../live/workflow.ts";
import { compiledFolderIn, type Environment, stateFolderOf } from "../project/state-folder.ts";
import { ambientEvaluation, type Evaluation, setFallbackEvaluation } from "../port.ts";

export interface OwnEvaluatorOptions extends Pick<Evaluation, "port" | "console" | "signal"> {
  /** A real path. */
  readonly projectFolder: string;
  readonly environment: Environment;
}

export interface OwnEvaluator {
  /** An evaluation, ready to begin; the newest hears what user code throws where nobody catches it. */
  open(request: SessionRequest): Session;
  /** Disposes what user code holds, tells what went wrong, and keeps what was compiled. */
  stop(): Promise<void>;
}

/** For the rest of the process: its console, and what user code leaves behind, are taken over for good. */
export function openOwnEvaluator(options: OwnEvaluatorOptions): OwnEvaluator {
  const { projectFolder, environment, port, console, signal } = options;
  let newest: Session | undefined;
  const evaluator = createEvaluator({
    projectFolder,
    reopsExports: () => import("re-ops"),
    onConsole: (_id, stream, written) => {
      console.write(stream, written);
    },
    evaluationIdOf: () => ambientEvaluation()?.id,
    compiledFolder: compiledFolderIn(stateFolderOf(projectFolder, environment)),
  });
  const workflow = composeWorkflow(evaluator, noComponents);
  setFallbackEvaluation(() => ({ port, console, signal, workflow }));
  const hear = (error: unknown) => newest?.hear(error);
  process.on("uncaughtException", hear);
  process.on("unhandledRejection", hear);
  return {
    open(request) {
      newest = new Session(request, { evaluator, port, console, workflow });
      return newest;
    },
    async stop() {
      reportMistakes(await evaluator.disposeHeld());
      await evaluator.keptAll();
    },
  };
}
