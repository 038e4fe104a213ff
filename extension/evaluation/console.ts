// The output channel with what user code prints, each evaluation marked, its end in words.
import * as vscode from "vscode";
import type { Range } from "re-ops/protocol";
import { describeInline } from "../core/inline-text.ts";
import type { InlineResults } from "../core/inline-results.ts";
import type { RunStore } from "../core/run-store.ts";
import { runsOf } from "../core/runs-of-result.ts";
import { Transcript } from "../core/transcript.ts";

export class EvaluationConsole implements vscode.Disposable {
  readonly #channel = vscode.window.createOutputChannel("Re-ops Output", "re-ops-output");
  readonly #transcript = new Transcript((text) => {
    this.#channel.append(text);
  });
  readonly #results: InlineResults;
  readonly #runs: RunStore;
  readonly #attached: readonly (() => void)[];

  constructor(results: InlineResults, runs: RunStore) {
    this.#results = results;
    this.#runs = runs;
    const tellEnds = () => {
      this.#tellEnds();
    };
    this.#attached = [results.onChange(tellEnds), runs.onChange(tellEnds)];
  }

  started(evaluationId: string, file: string, range: Range): void {
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.fsPath === file);
    const line =
      document === undefined ? "" : `:${String(document.positionAt(range.start).line + 1)}`;
    this.#transcript.place(evaluationId, `${vscode.workspace.asRelativePath(file)}${line}`);
  }

  output(evaluationId: string | undefined, text: string): void {
    this.#transcript.output(evaluationId, text);
  }

  show(): void {
    this.#channel.show(true);
  }

  dispose(): void {
    for (const detach of this.#attached) detach();
    this.#channel.dispose();
  }

  #tellEnds(): void {
    for (const result of this.#results.all()) {
      const { text, tone } = describeInline(result, runsOf(result, this.#runs));
      if (tone !== "pending") this.#transcript.end(result.id, text);
    }
  }
}
