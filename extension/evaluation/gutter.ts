// Draws the marks of forms in the gutter, and says what they mean where the mouse or the keyboard asks.
import * as vscode from "vscode";
import { type FormState, formStateSchema } from "re-ops/protocol";
import { describeMark, type FormMarks } from "../core/form-marks.ts";

const states = formStateSchema.options;

/** Where `re-ops.marks` switches them off there is neither icon nor hover. */
export function showGutter(marks: FormMarks, extensionUri: vscode.Uri): vscode.Disposable {
  const gutter = new Gutter(marks, vscode.Uri.joinPath(extensionUri, "extension/media/marks"));
  const hovers = vscode.languages.registerHoverProvider(
    { scheme: "file", language: "typescript" },
    {
      provideHover({ uri, lineCount }, { line }) {
        if (!areShown() || line >= lineCount) return undefined;
        const texts = marks
          .of(uri.fsPath)
          .filter((mark) => mark.line === line)
          .flatMap((mark) => describeMark(mark) ?? []);
        return texts.length === 0 ? undefined : new vscode.Hover(texts.map(toMarkdown));
      },
    },
  );
  return vscode.Disposable.from(gutter, hovers);
}

class Gutter implements vscode.Disposable {
  readonly #marks: FormMarks;
  readonly #layers: ReadonlyMap<FormState, vscode.TextEditorDecorationType>;
  readonly #drawn = new WeakMap<vscode.TextEditor, Drawn>();
  readonly #attached: vscode.Disposable[];

  constructor(marks: FormMarks, icons: vscode.Uri) {
    this.#marks = marks;
    this.#layers = new Map(states.map((state) => [state, makeLayer(icons, state)]));
    const drawAll = () => {
      for (const editor of vscode.window.visibleTextEditors) this.#draw(editor);
    };
    this.#attached = [
      {
        dispose: marks.onChange((file, areMoved) => {
          for (const editor of vscode.window.visibleTextEditors) {
            if (editor.document.uri.fsPath === file) this.#draw(editor, areMoved);
          }
        }),
      },
      vscode.window.onDidChangeVisibleTextEditors(drawAll),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor, visibleRanges }) => {
        const { lines } = this.#drawn.get(textEditor) ?? {};
        if (lines !== undefined && !visibleRanges.every((range) => lines.contains(range))) {
          this.#draw(textEditor);
        }
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        marks.close(uri.fsPath);
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("re-ops.marks")) drawAll();
      }),
    ];
  }

  dispose(): void {
    for (const one of this.#attached) one.dispose();
    for (const layer of this.#layers.values()) layer.dispose();
  }

  #draw(editor: vscode.TextEditor, isWhole = false): void {
    const { uri } = editor.document;
    if (uri.scheme !== "file") return;
    const lines = linesAround(editor);
    const marks = areShown() ? this.#marks.of(uri.fsPath) : [];
    const near = marks.filter(({ line }) => lines.start.line <= line && line <= lines.end.line);
    const byState = Map.groupBy(near, ({ state }) => state);
    const layers = new Map<FormState, string>();
    const before = this.#drawn.get(editor)?.layers;
    for (const [state, layer] of this.#layers) {
      const places = (byState.get(state) ?? []).map(({ line }) => line);
      layers.set(state, places.join());
      // Of all marks an evaluation changes one: only its layers are drawn anew.
      if (isWhole || (before?.get(state) ?? "") !== layers.get(state)) {
        setPlaces(editor, layer, places);
      }
    }
    this.#drawn.set(editor, { lines, layers });
  }
}

/** What an editor has, so that nothing is drawn twice. */
interface Drawn {
  readonly lines: vscode.Range;
  /** The lines of each state's marks. */
  readonly layers: ReadonlyMap<FormState, string>;
}

/** At each key VS Code goes through all marks that a document has, seen or not: more than these nobody sees soon. */
const LINES_BEYOND = 200;

function linesAround({ visibleRanges }: vscode.TextEditor): vscode.Range {
  const first = Math.min(...visibleRanges.map(({ start }) => start.line));
  const last = Math.max(...visibleRanges.map(({ end }) => end.line));
  if (visibleRanges.length === 0) return new vscode.Range(0, 0, LINES_BEYOND, 0);
  return new vscode.Range(Math.max(0, first - LINES_BEYOND), 0, last + LINES_BEYOND, 0);
}

function setPlaces(
  editor: vscode.TextEditor,
  layer: vscode.TextEditorDecorationType,
  lines: readonly number[],
): void {
  editor.setDecorations(
    layer,
    lines.map((line) => new vscode.Range(line, 0, line, 0)),
  );
}

function makeLayer(icons: vscode.Uri, state: FormState): vscode.TextEditorDecorationType {
  const icon = (kind: string) => ({
    gutterIconPath: vscode.Uri.joinPath(icons, `${state}-${kind}.svg`),
  });
  return vscode.window.createTextEditorDecorationType({
    dark: icon("dark"),
    light: icon("light"),
    gutterIconSize: "contain",
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}

function areShown(): boolean {
  return vscode.workspace.getConfiguration("re-ops").get<boolean>("marks", true);
}

function toMarkdown(text: string): vscode.MarkdownString {
  return new vscode.MarkdownString(text);
}
