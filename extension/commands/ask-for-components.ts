// Asks the server of a project to go, stop or reset, and shows what it did.
import { controlComponents, type ComponentsAction } from "re-ops/protocol";
import * as vscode from "vscode";
import { pickConnection } from "../connection/pick-connection.ts";
import { describeComponents } from "../core/workflow-words.ts";
import type { Services } from "../services.ts";

export async function askForComponents(
  { connections, log }: Services,
  action: ComponentsAction,
  verb: string,
): Promise<void> {
  const connection = await pickConnection(connections, `${verb} Re-ops in`);
  if (connection?.server === undefined) return;
  const report = await connection.server.runtime.request(controlComponents, { action });
  const words = describeComponents(action, report);
  log.info(words);
  void vscode.window.showInformationMessage(words);
}
