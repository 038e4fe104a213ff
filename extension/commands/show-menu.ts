// A click on the status bar: how things stand, and what can be done.
import * as vscode from "vscode";
import { type CommandId, commandFacts } from "../core/commands.ts";
import { describeStatus } from "../core/connection-state.ts";
import type { Services } from "../services.ts";

const offered: readonly CommandId[] = [
  "re-ops.showRuns",
  "re-ops.showOutput",
  "re-ops.showLog",
  "re-ops.interrupt",
  "re-ops.refresh",
  "re-ops.reset",
  "re-ops.restartLive",
];

export async function showMenu({ connections, runs }: Services): Promise<void> {
  const all = connections.all();
  for (const connection of all) connection.hurry();
  const items = offered.map((command) => ({ label: commandFacts[command].title, command }));
  const title = describeStatus(all, runs.running())?.tooltip.split("\n").join(" · ");
  const picked = await vscode.window.showQuickPick(items, { title: title ?? "Re-ops" });
  if (picked !== undefined) await vscode.commands.executeCommand(picked.command);
}
