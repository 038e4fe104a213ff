// A click on the status bar: how things stand, what can be stopped, and what else can be done.
import * as vscode from "vscode";
import { describeStatus } from "../core/connection-state.ts";
import type { InlineResult } from "../core/inline-results.ts";
import { menuOf, type UnderWay } from "../core/menu.ts";
import { countWork } from "../core/work-under-way.ts";
import type { Services } from "../services.ts";

export async function showMenu({ connections, runs, results, evaluator }: Services): Promise<void> {
  const all = connections.all();
  for (const connection of all) connection.hurry();
  const evaluations = results.all().filter(({ id }) => evaluator.isUnderWay(id));
  const running = runs.roots().filter(({ header }) => header.state === "running");
  const items = menuOf(
    evaluations.map(describe),
    running.map(({ header }) => ({ id: header.id, words: header.title })),
  );
  const title = describeStatus(all, countWork(evaluator.evaluating, runs))
    ?.tooltip.split("\n")
    .join(" · ");
  const picked = await vscode.window.showQuickPick(items, { title: title ?? "Re-ops" });
  if (picked === undefined) return;
  await vscode.commands.executeCommand(picked.command, ...(picked.target ? [picked.target] : []));
}

function describe({ id, file, range }: InlineResult): UnderWay {
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.fsPath === file);
  return { id, words: document?.getText().slice(range.start, range.end) ?? file };
}
