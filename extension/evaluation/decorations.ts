// Draws inline results: a tint over the form, a line of text behind it, in every editor that shows the file.
import * as vscode from "vscode";
import { describeInline, type InlineText, type Tone } from "../core/inline-text.ts";
import type { InlineResult, InlineResults } from "../core/inline-results.ts";
import type { Marks } from "../core/marks.ts";
import type { Printed } from "../core/printed.ts";
import type { RunStore } from "../core/run-store.ts";
import { runsOf } from "../core/runs-of-result.ts";

export interface DecorationsTools {
  readonly results: InlineResults;
  readonly runs: RunStore;
  readonly marks: Marks;
  readonly printed: Printed;
}

/** One inline result as it is shown, for tests. */
export interface ShownResult {
  readonly id: string;
  readonly file: string;
  readonly text: string;
  readonly tone: Tone;
  readonly range: { readonly start: number; readonly end: number };
}

interface Layers {
  readonly tints: Readonly<Record<Tone, vscode.TextEditorDecorationType>>;
  readonly text: vscode.TextEditorDecorationType;
}

const tones: readonly Tone[] = ["pending", "ok", "failed", "quiet"];

export class Decorations implements vscode.Disposable {
  readonly #tools: DecorationsTools;
  readonly #layers: Layers = makeLayers();
  readonly #drawn = new WeakMap<vscode.TextEditor, Map<vscode.TextEditorDecorationType, string>>();
  readonly #attached: vscode.Disposable[];

  constructor(tools: DecorationsTools) {
    this.#tools = tools;
    const { results, runs, printed } = tools;
    this.#attached = [
      {
        dispose: results.onChange((file) => {
          this.#drawFile(file);
        }),
      },
      {
        dispose: runs.onChange((change) => {
          this.#drawRuns(change.runs);
        }),
      },
      {
        dispose: printed.onChange((id) => {
          const file = results.get(id)?.file;
          if (file !== undefined) this.#drawFile(file);
        }),
      },
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        for (const editor of editors) this.#draw(editor);
      }),
    ];
  }

  /** What is shown now, whether an editor is open or not. */
  shown(): readonly ShownResult[] {
    return this.#tools.results
      .all()
      .filter(isVisible)
      .map((result) => {
        const { id, file, range } = result;
        return { id, file, range, ...this.#describe(result) };
      });
  }

  dispose(): void {
    for (const one of this.#attached) one.dispose();
    for (const layer of allLayers(this.#layers)) layer.dispose();
  }

  #describe(result: InlineResult): InlineText {
    const { runs, printed } = this.#tools;
    return describeInline(result, runsOf(result, runs), printed.of(result.id));
  }

  #drawFile(file: string): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document.uri.fsPath === file) this.#draw(editor);
    }
  }

  #drawRuns(changed: readonly string[]): void {
    const { results, runs } = this.#tools;
    const files = new Set<string>();
    for (const result of results.all()) {
      const ids = runsOf(result, runs).map((run) => run.header.id);
      if (ids.some((id) => changed.includes(id))) files.add(result.file);
    }
    for (const file of files) this.#drawFile(file);
  }

  #draw(editor: vscode.TextEditor): void {
    if (editor.document.uri.scheme !== "file") return;
    const results = this.#tools.results.of(editor.document.uri.fsPath).filter(isVisible);
    const tinted: Record<Tone, vscode.Range[]> = { pending: [], ok: [], failed: [], quiet: [] };
    const texts: vscode.DecorationOptions[] = [];
    for (const result of results) {
      const { text, tone } = this.#describe(result);
      const range = rangeIn(editor.document, result);
      tinted[tone].push(range);
      texts.push(textBehind(editor.document, range, text, tone));
      if (tone !== "pending") this.#tools.marks.note(result.id, "shown");
    }
    this.#set(editor, this.#layers.text, texts);
    for (const tone of tones) this.#set(editor, this.#layers.tints[tone], tinted[tone]);
  }

  // Most updates change one layer of one editor: the others are left as they are.
  #set(
    editor: vscode.TextEditor,
    layer: vscode.TextEditorDecorationType,
    options: vscode.DecorationOptions[] | vscode.Range[],
  ): void {
    const drawn = this.#drawn.get(editor) ?? new Map<vscode.TextEditorDecorationType, string>();
    const key = options.length === 0 ? "" : JSON.stringify(options);
    if ((drawn.get(layer) ?? "") === key) return;
    this.#drawn.set(editor, drawn.set(layer, key));
    editor.setDecorations(layer, options);
  }
}

function isVisible({ phase }: InlineResult): boolean {
  return phase.kind !== "asked" || phase.waits;
}

function rangeIn(document: vscode.TextDocument, { range }: InlineResult): vscode.Range {
  return new vscode.Range(document.positionAt(range.start), document.positionAt(range.end));
}

// At the end of the line, so that nothing of the code moves.
function textBehind(
  document: vscode.TextDocument,
  range: vscode.Range,
  contentText: string,
  tone: Tone,
): vscode.DecorationOptions {
  const end = document.lineAt(range.end.line).range.end;
  return {
    range: new vscode.Range(end, end),
    renderOptions: {
      after: {
        contentText: contentText.replaceAll(" ", "\u00A0"),
        color: new vscode.ThemeColor(`reOps.${tone}Foreground`),
      },
    },
  };
}

function makeLayers(): Layers {
  const tint = (tone: Tone) =>
    vscode.window.createTextEditorDecorationType({
      backgroundColor: new vscode.ThemeColor(`reOps.${tone}Background`),
      overviewRulerColor: new vscode.ThemeColor(`reOps.${tone}Foreground`),
      overviewRulerLane: vscode.OverviewRulerLane.Left,
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
      borderRadius: "2px",
    });
  const text = vscode.window.createTextEditorDecorationType({
    after: { margin: "0 0 0 2em", fontStyle: "normal" },
    rangeBehavior: vscode.DecorationRangeBehavior.OpenOpen,
  });
  const tints = {
    pending: tint("pending"),
    ok: tint("ok"),
    failed: tint("failed"),
    quiet: tint("quiet"),
  };
  return { tints, text };
}

function allLayers({ tints, text }: Layers): readonly vscode.TextEditorDecorationType[] {
  return [text, ...Object.values(tints)];
}
