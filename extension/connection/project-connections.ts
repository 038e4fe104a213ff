// Which open documents belong to which project, and the connections to the projects of this window.
import { findNamedProject, projectOfFile } from "re-ops/client";
import * as vscode from "vscode";
import { Overtaking } from "../core/overtaking.ts";
import { type ConnectionTools, ProjectConnection } from "./project-connection.ts";

export interface ProjectConnectionsTools extends ConnectionTools {
  /** A connection was made; what it returns is disposed with it. */
  onOpen(connection: ProjectConnection): vscode.Disposable;
  onProblem(what: string, error: unknown): void;
}

export class ProjectConnections implements vscode.Disposable {
  readonly #tools: ProjectConnectionsTools;
  readonly #connections = new Map<string, ProjectConnection>();
  readonly #projects = new Map<string, string>();
  readonly #looks = new Overtaking();
  readonly #attached: vscode.Disposable[] = [];
  #allowed = false;

  constructor(tools: ProjectConnectionsTools) {
    this.#tools = tools;
  }

  /** The workspace is trusted: from here on servers are found, started and spoken to. */
  allow(): void {
    if (this.#allowed) return;
    this.#allowed = true;
    const { workspace } = vscode;
    const markers = workspace.createFileSystemWatcher("**/{re-ops.config.json,package.json}");
    const again = () => {
      this.#lookAgain();
    };
    this.#attached.push(
      markers,
      markers.onDidCreate(again),
      markers.onDidChange(again),
      workspace.onDidChangeWorkspaceFolders(again),
      workspace.onDidOpenTextDocument((document) => {
        this.#look(document);
      }),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (this.#projects.has(document.uri.fsPath)) return;
        if (contentChanges.some((change) => namesReOps(document, change))) this.#look(document);
      }),
      workspace.onDidCloseTextDocument(({ uri }) => {
        this.#projects.delete(uri.fsPath);
        this.#looks.forget(uri.fsPath);
        this.#tellFiles();
      }),
    );
    this.#lookAgain();
  }

  /** Undefined for a document of no project, and for all while the workspace is not trusted. */
  of(document: vscode.TextDocument): ProjectConnection | undefined {
    if (document.uri.scheme !== "file") return undefined;
    const project = this.#projects.get(document.uri.fsPath);
    return project === undefined ? undefined : this.#connections.get(project);
  }

  get(project: string): ProjectConnection | undefined {
    return this.#connections.get(project);
  }

  all(): readonly ProjectConnection[] {
    return [...this.#connections.values()];
  }

  /** Full paths of the open TypeScript files that belong to a project. */
  files(): readonly string[] {
    return [...this.#projects.keys()];
  }

  dispose(): void {
    for (const one of this.#attached.toReversed()) one.dispose();
    for (const connection of this.all()) connection.dispose();
    this.#connections.clear();
  }

  #lookAgain(): void {
    for (const document of vscode.workspace.textDocuments) this.#look(document);
    for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
      if (uri.scheme === "file") this.#watchOver(`folder ${uri.fsPath}`, this.#findAt(uri.fsPath));
    }
  }

  #look(document: vscode.TextDocument): void {
    if (document.languageId !== "typescript" || document.uri.scheme !== "file") return;
    this.#watchOver(document.uri.fsPath, this.#find(document));
  }

  // A folder that says itself that it is a project has runs to show before any of its files is open.
  async #findAt(folder: string): Promise<void> {
    const project = await findNamedProject(folder);
    if (project !== undefined) this.#open(project);
  }

  #watchOver(what: string, looking: Promise<void>): void {
    looking.catch((error: unknown) => {
      this.#tools.onProblem(`looking for the project of ${what}`, error);
    });
  }

  async #find(document: vscode.TextDocument): Promise<void> {
    const file = document.uri.fsPath;
    const workspaceFolder = vscode.workspace.getWorkspaceFolder(document.uri)?.uri.fsPath;
    const counts = this.#looks.ask(file);
    const where = { file, text: document.getText() };
    const project = await projectOfFile(
      workspaceFolder === undefined ? where : { ...where, workspaceFolder },
    );
    if (document.isClosed || !counts() || project === this.#projects.get(file)) return;
    if (project === undefined) {
      this.#projects.delete(file);
    } else {
      this.#open(project);
      this.#projects.set(file, project);
    }
    this.#tellFiles();
  }

  #open(project: string): void {
    if (this.#connections.has(project)) return;
    const connection = new ProjectConnection(project, this.#tools);
    this.#connections.set(project, connection);
    this.#attached.push(this.#tools.onOpen(connection));
    this.#tools.onStateChange(connection);
    void vscode.commands.executeCommand("setContext", "re-ops.active", true);
    connection.keep().catch((error: unknown) => {
      this.#tools.onProblem(`keeping the connection of ${project}`, error);
    });
  }

  #tellFiles(): void {
    const paths = vscode.workspace.textDocuments
      .filter(({ uri }) => this.#projects.has(uri.fsPath))
      .flatMap(({ uri }) => [uri.fsPath, uri.path]);
    void vscode.commands.executeCommand("setContext", "re-ops.files", [...new Set(paths)]);
  }
}

// Typing in a file of no project costs nothing until one writes the word.
function namesReOps(
  document: vscode.TextDocument,
  { range, text }: vscode.TextDocumentContentChangeEvent,
): boolean {
  return text.includes("re-ops") || document.lineAt(range.start.line).text.includes("re-ops");
}
