// What user code prints, shown where the user wants it: beside its form, in the output channel, or both.
import * as vscode from "vscode";
import type { Range } from "re-ops/protocol";
import { describeInline } from "../core/inline-text.ts";
import type { InlineResults } from "../core/inline-results.ts";
import type { Printed } from "../core/printed.ts";
import type { RunStore } from "../core/run-store.ts";
import { runsOf } from "../core/runs-of-result.ts";
import { Transcript } from "../core/transcript.ts";

export interface ConsoleTools {
  readonly results: InlineResults;
  readonly runs: RunStore;
  readonly printed: Printed;
}

export class EvaluationConsole implements vscode.Disposable {
  readonly #channel = vscode.window.createOutputChannel("Re-ops Output", "re-ops-output");
  readonly #transcript = new Transcript((text) => {
    this.#channel.append(text);
  });
  readonly #tools: ConsoleTools;
  readonly #attached: readonly (() => void)[];

  constructor(tools: ConsoleTools) {
    this.#tools = tools;
    const { results, runs } = tools;
    const tellEnds = () => {
      this.#tellEnds();
    };
    this.#attached = [results.onChange(tellEnds), runs.onChange(tellEnds)];
  }

  started(evaluationId: string, file: string, range: Range): void {
    if (!readRoute().inChannel) return;
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.fsPath === file);
    const line =
      document === undefined ? "" : `:${String(document.positionAt(range.start).line + 1)}`;
    this.#transcript.place(evaluationId, `${vscode.workspace.asRelativePath(file)}${line}`);
  }

  output(evaluationId: string | undefined, text: string): void {
    const isShown =
      evaluationId !== undefined && this.#tools.results.get(evaluationId) !== undefined;
    const { inChannel, inline } = readRoute();
    if (isShown && inline) this.#tools.printed.add(evaluationId, text);
    // What has no form to stand beside must not be lost.
    if (!isShown || inChannel) this.#transcript.output(evaluationId, text);
  }

  show(): void {
    this.#channel.show(true);
  }

  dispose(): void {
    for (const detach of this.#attached) detach();
    this.#channel.dispose();
  }

  #tellEnds(): void {
    const { results, runs } = this.#tools;
    for (const result of results.all()) {
      const { text, tone } = describeInline(result, runsOf(result, runs));
      if (tone !== "pending") this.#transcript.end(result.id, text);
    }
  }
}

function readRoute(): { inChannel: boolean; inline: boolean } {
  const route = vscode.workspace.getConfiguration("re-ops").get<string>("output", "both");
  return { inChannel: route !== "inline", inline: route !== "channel" };
}
