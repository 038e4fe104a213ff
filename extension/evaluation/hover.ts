// Shows what is behind an inline result when the mouse or the keyboard asks.
import * as vscode from "vscode";
import { describeHover, hoverCommands } from "../core/hover-text.ts";
import type { InlineResult, InlineResults } from "../core/inline-results.ts";
import type { Printed } from "../core/printed.ts";
import type { RunStore } from "../core/run-store.ts";
import { runsOf } from "../core/runs-of-result.ts";

export function registerHover(
  results: InlineResults,
  runs: RunStore,
  printed: Printed,
): vscode.Disposable {
  return vscode.languages.registerHoverProvider(
    { scheme: "file", language: "typescript" },
    {
      provideHover(document, position) {
        const texts = results
          .of(document.uri.fsPath)
          .filter((result) => isOnLastLine(document, position, result))
          .map((result) => describeHover(result, runsOf(result, runs), printed.of(result.id)));
        if (texts.length === 0) return undefined;
        const markdown = new vscode.MarkdownString(texts.join("\n\n---\n\n"), true);
        markdown.isTrusted = { enabledCommands: [...hoverCommands] };
        markdown.supportHtml = true;
        return new vscode.Hover(markdown);
      },
    },
  );
}

// Inside a long form other hovers matter more; where it ends, and behind that, stands our text.
function isOnLastLine(
  document: vscode.TextDocument,
  position: vscode.Position,
  { range, phase }: InlineResult,
): boolean {
  if (phase.kind === "asked" && !phase.waits) return false;
  const end = document.positionAt(range.end);
  const start = document.positionAt(range.start);
  if (position.line !== end.line) return false;
  return start.line < end.line || position.character >= start.character;
}
