// Says that a server cannot be reached: once, when several tries have failed, with the log a click away.
import * as vscode from "vscode";
import { SPEAK_UP_AFTER } from "../core/connection-state.ts";
import type { ProjectConnection } from "./project-connection.ts";

const SHOW_LOG = "Show Log";
const TRY_NOW = "Try Now";

export function tellWhenLost(connection: ProjectConnection, log: vscode.LogOutputChannel): void {
  const { state, project } = connection;
  if (state.kind !== "lost") return;
  const { attempts, message } = state;
  log.warn(`${project}: try ${String(attempts)} failed: ${message}`);
  if (attempts !== SPEAK_UP_AFTER) return;
  const words = `Re-ops has no server for ${project}: ${message}. It goes on trying.`;
  void vscode.window.showErrorMessage(words, SHOW_LOG, TRY_NOW).then((answer) => {
    if (answer === SHOW_LOG) log.show();
    if (answer === TRY_NOW) connection.hurry();
  });
}
