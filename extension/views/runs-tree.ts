// The Runs view: draws the tree of core/run-tree.ts, and only what has changed, and only while somebody looks.
import * as vscode from "vscode";
import type { RunStore, RunStoreChange } from "../core/run-store.ts";
import {
  childrenOf,
  describeNode,
  parentOf,
  type RunNode,
  type RunNodeData,
} from "../core/run-tree.ts";

/** Several batches of several servers become one. */
const GATHER_MS = 50;

/** A row of the tree as data, for tests. */
export interface ShownRow extends RunNodeData {
  readonly children: readonly ShownRow[];
}

export class RunsTree implements vscode.TreeDataProvider<RunNode>, vscode.Disposable {
  readonly #runs: RunStore;
  readonly #nameOf: (project: string) => string | undefined;
  readonly #changed = new vscode.EventEmitter<RunNode | undefined>();
  readonly #view: vscode.TreeView<RunNode>;
  readonly #attached: vscode.Disposable[];
  /** VS Code tells rows apart by object, so that a row must stay the same object. */
  readonly #nodes = new Map<string, RunNode>();
  readonly #changedRuns = new Set<string>();
  #changedList = false;
  #gathering = false;
  #revealing = 0;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(runs: RunStore, nameOf: (project: string) => string | undefined) {
    this.#runs = runs;
    this.#nameOf = nameOf;
    this.#view = vscode.window.createTreeView("re-ops.runs", {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.#attached = [
      this.#view,
      this.#changed,
      { dispose: runs.onChange((change) => this.#gather(change)) },
      this.#view.onDidChangeVisibility(() => {
        this.#tellWhoLooks();
      }),
    ];
  }

  getTreeItem(node: RunNode): vscode.TreeItem {
    const data = describeNode(this.#runs, node, this.#nameOf);
    return data === undefined ? new vscode.TreeItem("forgotten") : makeItem(node, data);
  }

  getChildren(node?: RunNode): RunNode[] {
    return childrenOf(this.#runs, node).map((child) => this.#same(child));
  }

  getParent(node: RunNode): RunNode | undefined {
    const parent = parentOf(this.#runs, node);
    return parent && this.#same(parent);
  }

  /** Shows the view, and in it this run with its hosts. */
  async show(runId: string | undefined): Promise<void> {
    await vscode.commands.executeCommand("re-ops.runs.focus");
    if (runId === undefined || this.#runs.get(runId) === undefined) return;
    this.#tell();
    this.#revealing += 1; // A row that is drawn anew while it is revealed stays closed: news wait.
    try {
      const node = this.#same({ kind: "run", runId });
      await this.#view.reveal(node, { select: true, focus: true, expand: true });
    } finally {
      this.#revealing -= 1;
      this.#tellWhoLooks();
    }
  }

  shown(): readonly ShownRow[] {
    const below = (node: RunNode | undefined): ShownRow[] =>
      childrenOf(this.#runs, node).flatMap((child) => {
        const data = describeNode(this.#runs, child, this.#nameOf);
        return data === undefined ? [] : [{ ...data, children: below(child) }];
      });
    return below(undefined);
  }

  dispose(): void {
    for (const one of this.#attached) one.dispose();
  }

  #same(node: RunNode): RunNode {
    const key = JSON.stringify(node);
    const known = this.#nodes.get(key);
    if (known === undefined) this.#nodes.set(key, node);
    return known ?? node;
  }

  #gather({ runs, list }: RunStoreChange): void {
    for (const id of runs) this.#changedRuns.add(id);
    this.#changedList ||= list;
    if (this.#gathering) return;
    this.#gathering = true;
    setTimeout(() => {
      this.#gathering = false;
      this.#showRunning();
      this.#tellWhoLooks();
    }, GATHER_MS);
  }

  #tellWhoLooks(): void {
    if (this.#view.visible && this.#revealing === 0) this.#tell();
  }

  #tell(): void {
    const runs = [...this.#changedRuns];
    const list = this.#changedList;
    this.#changedRuns.clear();
    this.#changedList = false;
    if (list) this.#forgetNodes();
    if (list) this.#changed.fire(undefined);
    else for (const runId of runs) this.#changed.fire(this.#same({ kind: "run", runId }));
  }

  #forgetNodes(): void {
    for (const [key, { runId }] of this.#nodes) {
      if (this.#runs.get(runId) === undefined) this.#nodes.delete(key);
    }
  }

  #showRunning(): void {
    const value = this.#runs.running();
    const tooltip = value === 1 ? "1 run under way" : `${String(value)} runs under way`;
    void vscode.commands.executeCommand("setContext", "re-ops.running", value > 0);
    this.#view.badge = value === 0 ? undefined : { value, tooltip };
  }
}

function makeItem(node: RunNode, data: RunNodeData): vscode.TreeItem {
  const { None, Collapsed } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(data.label, data.expandable ? Collapsed : None);
  const { icon, color } = data.look;
  item.id = data.id;
  item.description = data.description;
  item.tooltip = data.tooltip;
  item.contextValue = data.context;
  item.iconPath = new vscode.ThemeIcon(
    icon,
    color === undefined ? undefined : new vscode.ThemeColor(color),
  );
  item.accessibilityInformation = { label: data.spoken };
  if (node.kind === "host") {
    item.command = { command: "re-ops.openOutput", title: "Open Output", arguments: [node] };
  }
  return item;
}
