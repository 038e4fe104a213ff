// The item in the status bar: whether there is a server, and how much is running.
import * as vscode from "vscode";
import { type ConnectionView, describeStatus } from "../core/connection-state.ts";
import type { WorkUnderWay } from "../core/work-under-way.ts";

export class StatusItem implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem(
    "re-ops.status",
    vscode.StatusBarAlignment.Left,
    0,
  );

  constructor() {
    this.#item.name = "Re-ops";
    this.#item.command = "re-ops.showMenu";
  }

  show(connections: readonly ConnectionView[], work: WorkUnderWay): void {
    const view = describeStatus(connections, work);
    if (view === undefined) {
      this.#item.hide();
      return;
    }
    this.#item.text = view.text;
    this.#item.tooltip = view.tooltip;
    this.#item.accessibilityInformation = { label: view.spoken };
    this.#item.backgroundColor =
      view.severity === "warning"
        ? new vscode.ThemeColor("statusBarItem.warningBackground")
        : undefined;
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}
