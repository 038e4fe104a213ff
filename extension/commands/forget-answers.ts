// Forgets answers that were kept in VS Code's secret storage.
import * as vscode from "vscode";
import type { Services } from "../services.ts";

export async function forgetAnswers({ keptAnswers }: Services): Promise<void> {
  const { names } = keptAnswers;
  if (names.length === 0) {
    void vscode.window.showInformationMessage("Re-ops: no answer is kept.");
    return;
  }
  const picked = await vscode.window.showQuickPick(
    names.map((label) => ({ label, picked: true })),
    { title: "Re-ops: Forget Kept Answers", canPickMany: true },
  );
  for (const { label } of picked ?? []) await keptAnswers.forget(label);
}
