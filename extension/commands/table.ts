// Every command with its handler; the compiler refuses one that core/commands.ts does not name, or a missing one.
import * as vscode from "vscode";
import type { CommandId } from "../core/commands.ts";
import type { Services } from "../services.ts";
import { cancelRun } from "./cancel-run.ts";
import { clearResults } from "./clear-results.ts";
import { copyAsJson } from "./copy-as-json.ts";
import { evaluate } from "./evaluate.ts";
import { evaluateEnclosing } from "./evaluate-enclosing.ts";
import { evaluateAbove } from "./evaluate-above.ts";
import { evaluateLine } from "./evaluate-line.ts";
import { evaluateNeeds } from "./evaluate-needs.ts";
import { evaluateForm } from "./evaluate-form.ts";
import { forgetAnswers } from "./forget-answers.ts";
import { go } from "./go.ts";
import { interrupt } from "./interrupt.ts";
import { loadFile } from "./load-file.ts";
import { openOutput } from "./open-output.ts";
import { showMoreOutput } from "./show-more-output.ts";
import { openPlace } from "./open-place.ts";
import { openSource } from "./open-source.ts";
import { refresh } from "./refresh.ts";
import { refreshAll } from "./refresh-all.ts";
import { reset } from "./reset.ts";
import { restartLive } from "./restart-live.ts";
import { runAgain } from "./run-again.ts";
import { showLog } from "./show-log.ts";
import { showMenu } from "./show-menu.ts";
import { showOutput } from "./show-output.ts";
import { showRuns } from "./show-runs.ts";
import { stop } from "./stop.ts";

type Handler = (services: Services, ...given: readonly unknown[]) => void | Promise<void>;

const handlers: Readonly<Record<CommandId, Handler>> = {
  "re-ops.evaluate": evaluate,
  "re-ops.evaluateForm": evaluateForm,
  "re-ops.evaluateEnclosing": evaluateEnclosing,
  "re-ops.evaluateAbove": evaluateAbove,
  "re-ops.copyAsJson": copyAsJson,
  "re-ops.evaluateLine": evaluateLine,
  "re-ops.evaluateNeeds": evaluateNeeds,
  "re-ops.loadFile": loadFile,
  "re-ops.interrupt": interrupt,
  "re-ops.refresh": refresh,
  "re-ops.refreshAll": refreshAll,
  "re-ops.reset": reset,
  "re-ops.go": go,
  "re-ops.stop": stop,
  "re-ops.clearResults": clearResults,
  "re-ops.showOutput": showOutput,
  "re-ops.showLog": showLog,
  "re-ops.showRuns": showRuns,
  "re-ops.restartLive": restartLive,
  "re-ops.forgetAnswers": forgetAnswers,
  "re-ops.showMenu": showMenu,
  "re-ops.openOutput": openOutput,
  "re-ops.showMoreOutput": showMoreOutput,
  "re-ops.openSource": openSource,
  "re-ops.openPlace": openPlace,
  "re-ops.cancelRun": cancelRun,
  "re-ops.runAgain": runAgain,
};

export function registerCommands(services: Services): vscode.Disposable {
  const registered = Object.entries(handlers).map(([id, handle]) =>
    vscode.commands.registerCommand(id, async (...given: unknown[]) => {
      try {
        await handle(services, ...given);
      } catch (error) {
        services.log.error(`${id}: ${String(error)}`);
        void vscode.window.showErrorMessage(`Re-ops: ${messageOf(error)}`);
      }
    }),
  );
  return vscode.Disposable.from(...registered);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
