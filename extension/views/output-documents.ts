// Read-only documents with the output of one host in one run, which grow while it runs and somebody sees them.
import { followOutput, MOST_SHOWN_BYTES, readOutput, SHOWN_BYTES } from "re-ops/protocol";
import * as vscode from "vscode";
import type { ProjectConnection } from "../connection/project-connection.ts";
import {
  addressParts,
  OUTPUT_SCHEME,
  type OutputAddress,
  parseAddress,
} from "../core/output-address.ts";
import { describeOutput } from "../core/output-document.ts";
import { Overtaking } from "../core/overtaking.ts";
import type { RunStore } from "../core/run-store.ts";

const RENEW_MS = 150;
/** Whoever asks for more gets so many times as much. */
const MORE_TIMES = 4;

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
  /** Bytes of each stream's beginning that are shown, where somebody asked for more than usual. */
  readonly #heads = new Map<string, number>();
  readonly #followed = new Set<string>();
  readonly #waiting = new Set<string>();
  readonly #reads = new Overtaking();

  readonly onDidChange = this.#changed.event;

  constructor(tools: OutputDocumentsTools) {
    this.#tools = tools;
    const { window, workspace } = vscode;
    this.#attached = [
      this.#changed,
      workspace.registerTextDocumentContentProvider(OUTPUT_SCHEME, this),
      window.onDidChangeVisibleTextEditors(() => {
        this.#followShown();
      }),
      workspace.onDidCloseTextDocument(({ uri }) => {
        this.#states.delete(uri.toString());
        this.#heads.delete(uri.toString());
        this.#reads.forget(uri.toString());
      }),
      { dispose: tools.runs.onChange(() => this.#showEnds()) },
    ];
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const counts = this.#reads.ask(uri.toString());
    const text = await this.#read(uri);
    return counts() ? text : this.provideTextDocumentContent(uri);
  }

  async open(address: OutputAddress): Promise<void> {
    const uri = vscode.Uri.from({ scheme: OUTPUT_SCHEME, ...addressParts(address) });
    const opened = await vscode.workspace.openTextDocument(uri);
    const document = await vscode.languages.setTextDocumentLanguage(opened, "re-ops-output");
    await vscode.window.showTextDocument(document, { preview: true, preserveFocus: true });
  }

  /** Shows more of an output than its beginning and its end. */
  showMore(uri: vscode.Uri): void {
    const more = Math.min(MOST_SHOWN_BYTES, this.#headBytes(uri) * MORE_TIMES);
    this.#heads.set(uri.toString(), more);
    this.#changed.fire(uri);
  }

  /** Whether there is anything to gain by `showMore`: a document beyond that size is a burden to the editor. */
  canShowMore(uri: vscode.Uri): boolean {
    return this.#headBytes(uri) < MOST_SHOWN_BYTES;
  }

  /** There is more output of this host. */
  more(runId: string, host: string): void {
    for (const [uri, address] of shownOutputs()) {
      if (address.runId === runId && address.host === host) this.#renew(uri);
    }
  }

  /** A new server knows nothing of what this window follows. */
  connected(project: string): void {
    for (const [uri, address] of shownOutputs()) {
      if (address.project !== project) continue;
      this.#follow(address, true);
      this.#changed.fire(uri);
    }
  }

  dispose(): void {
    for (const one of this.#attached) one.dispose();
  }

  async #read(uri: vscode.Uri): Promise<string> {
    const address = parseAddress(uri.query);
    if (address === undefined) return "This is not the address of an output.\n";
    const { project, runId, host } = address;
    const server = this.#tools.connectionOf(project)?.server;
    if (server === undefined) return "Waiting for the server of this project…\n";
    const { steps, note } = await server.runtime.request(readOutput, {
      runId,
      host,
      headBytes: this.#headBytes(uri),
    });
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

  #showEnds(): void {
    for (const [uri, { runId }] of shownOutputs()) {
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

  #headBytes(uri: vscode.Uri): number {
    return this.#heads.get(uri.toString()) ?? SHOWN_BYTES;
  }

  /** What nobody sees is not told of; once it is seen again it is read anew. */
  #followShown(): void {
    const shown = new Map(shownOutputs().map((one) => [one[0].toString(), one]));
    for (const key of this.#followed) {
      if (shown.has(key)) continue;
      this.#followed.delete(key);
      const address = parseAddress(vscode.Uri.parse(key).query);
      if (address !== undefined) this.#follow(address, false);
    }
    for (const [key, [uri, address]] of shown) {
      if (this.#followed.has(key)) continue;
      this.#followed.add(key);
      this.#follow(address, true);
      this.#changed.fire(uri);
    }
  }

  #follow(address: OutputAddress, follow: boolean): void {
    const { project, runId, host } = address;
    const server = this.#tools.connectionOf(project)?.server;
    server?.runtime.request(followOutput, { runId, host, follow }).catch((error: unknown) => {
      this.#tools.onProblem(`following the output of ${host}`, error);
    });
  }
}

function shownOutputs(): [vscode.Uri, OutputAddress][] {
  return vscode.window.visibleTextEditors.flatMap(({ document: { uri } }) => {
    const address = uri.scheme === OUTPUT_SCHEME ? parseAddress(uri.query) : undefined;
    return address === undefined ? [] : [[uri, address] as [vscode.Uri, OutputAddress]];
  });
}
