// Read-only documents with the output of one host in one run, which grow while it runs.
import { followOutput, readOutput } from "re-ops/protocol";
import * as vscode from "vscode";
import type { ProjectConnection } from "../connection/project-connection.ts";
import {
  addressParts,
  OUTPUT_SCHEME,
  type OutputAddress,
  parseAddress,
} from "../core/output-address.ts";
import { describeOutput } from "../core/output-document.ts";
import type { RunStore } from "../core/run-store.ts";

const RENEW_MS = 150;

export interface OutputDocumentsTools {
  readonly runs: RunStore;
  connectionOf(project: string): ProjectConnection | undefined;
  onProblem(what: string, error: unknown): void;
}

export class OutputDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #tools: OutputDocumentsTools;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #attached: vscode.Disposable[];
  readonly #states = new Map<string, string>();
  readonly #waiting = new Set<string>();

  readonly onDidChange = this.#changed.event;

  constructor(tools: OutputDocumentsTools) {
    this.#tools = tools;
    const { workspace } = vscode;
    this.#attached = [
      this.#changed,
      workspace.registerTextDocumentContentProvider(OUTPUT_SCHEME, this),
      workspace.onDidOpenTextDocument((document) => {
        this.#follow(document.uri, true);
      }),
      workspace.onDidCloseTextDocument((document) => {
        this.#follow(document.uri, false);
        this.#states.delete(document.uri.toString());
      }),
      { dispose: tools.runs.onChange(() => this.#showEnds()) },
    ];
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const address = parseAddress(uri.query);
    if (address === undefined) return "This is not the address of an output.\n";
    const { project, runId, host } = address;
    const server = this.#tools.connectionOf(project)?.server;
    if (server === undefined) return "Waiting for the server of this project…\n";
    const { steps, note } = await server.runtime.request(readOutput, { runId, host });
    const run = this.#tools.runs.get(runId);
    if (run !== undefined) this.#states.set(uri.toString(), run.header.state);
    return describeOutput({
      host,
      header: run?.header,
      summary: run?.hosts.get(host),
      steps,
      note,
    });
  }

  async open(address: OutputAddress): Promise<void> {
    const uri = vscode.Uri.from({ scheme: OUTPUT_SCHEME, ...addressParts(address) });
    const opened = await vscode.workspace.openTextDocument(uri);
    const document = await vscode.languages.setTextDocumentLanguage(opened, "re-ops-output");
    await vscode.window.showTextDocument(document, { preview: true, preserveFocus: true });
  }

  /** There is more output of this host. */
  more(runId: string, host: string): void {
    for (const [uri, address] of openOutputs()) {
      if (address.runId === runId && address.host === host) this.#renew(uri);
    }
  }

  /** A new server knows nothing of what this window follows. */
  connected(project: string): void {
    for (const [uri, address] of openOutputs()) {
      if (address.project !== project) continue;
      this.#follow(uri, true);
      this.#changed.fire(uri);
    }
  }

  dispose(): void {
    for (const one of this.#attached) one.dispose();
  }

  #showEnds(): void {
    for (const [uri, { runId }] of openOutputs()) {
      const state = this.#tools.runs.get(runId)?.header.state;
      if (state !== this.#states.get(uri.toString())) this.#renew(uri);
    }
  }

  // Reading a megabyte again takes time: what grows quickly is shown now and then.
  #renew(uri: vscode.Uri): void {
    const key = uri.toString();
    if (this.#waiting.has(key)) return;
    this.#waiting.add(key);
    setTimeout(() => {
      this.#waiting.delete(key);
      this.#changed.fire(uri);
    }, RENEW_MS);
  }

  #follow(uri: vscode.Uri, follow: boolean): void {
    const address = uri.scheme === OUTPUT_SCHEME ? parseAddress(uri.query) : undefined;
    if (address === undefined) return;
    const { project, runId, host } = address;
    const server = this.#tools.connectionOf(project)?.server;
    server?.runtime.request(followOutput, { runId, host, follow }).catch((error: unknown) => {
      this.#tools.onProblem(`following the output of ${host}`, error);
    });
  }
}

function openOutputs(): [vscode.Uri, OutputAddress][] {
  return vscode.workspace.textDocuments.flatMap(({ uri }) => {
    const address = uri.scheme === OUTPUT_SCHEME ? parseAddress(uri.query) : undefined;
    return address === undefined ? [] : [[uri, address] as [vscode.Uri, OutputAddress]];
  });
}
