// One line that a person types and nobody sees, with the choice to keep it.
import { type AskedSecret, describeSecretQuestion } from "re-ops/protocol";
import * as vscode from "vscode";
import type { Typed } from "../core/answer-secret.ts";

const KEEP: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon("save"),
  tooltip: "Keep in VS Code's secret storage",
};
const KEEP_NOT: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon("discard"),
  tooltip: "Do not keep it",
};

/** Undefined when it was closed, or taken away by the signal. */
export async function typeSecret(
  question: Omit<AskedSecret, "id">,
  signal: AbortSignal,
): Promise<Typed | undefined> {
  if (signal.aborted) return undefined;
  const { title, detail } = describeSecretQuestion(question);
  const mayKeep = question.about !== undefined;
  const box = vscode.window.createInputBox();
  const typed = Promise.withResolvers<Typed | undefined>();
  let keep = false;
  const show = () => {
    box.buttons = mayKeep ? [keep ? KEEP_NOT : KEEP] : [];
    box.prompt = [detail, mayKeep ? describeKeeping(keep) : "It is good for one time only."]
      .filter((sentence) => sentence !== undefined)
      .join(" ");
  };
  box.title = `Re-ops: ${title}`;
  box.password = true;
  box.ignoreFocusOut = true;
  if (question.retry) {
    box.validationMessage = ["That was wrong.", detail].join(" ").trimEnd();
    box.onDidChangeValue(() => (box.validationMessage = undefined));
  }
  box.onDidTriggerButton(() => {
    keep = !keep;
    show();
  });
  box.onDidAccept(() => {
    typed.resolve({ value: box.value, keep });
    box.hide();
  });
  box.onDidHide(() => typed.resolve(undefined));
  const hide = () => box.hide();
  signal.addEventListener("abort", hide, { once: true });
  show();
  box.show();
  return typed.promise.finally(() => {
    signal.removeEventListener("abort", hide);
    box.dispose();
  });
}

function describeKeeping(keep: boolean): string {
  return keep
    ? "It will be kept in VS Code's secret storage."
    : "It is remembered until the Re-ops server ends; the button above keeps it in VS Code's secret storage.";
}
