// Draws the marks of forms in the gutter, and says what they mean where the mouse or the keyboard asks.
import * as vscode from "vscode";
import { type FormMark, type FormState, formStateSchema } from "re-ops/protocol";
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
  readonly #drawn = new WeakMap<vscode.TextEditor, Map<FormState, string>>();
  readonly #attached: vscode.Disposable[];

  constructor(marks: FormMarks, icons: vscode.Uri) {
    this.#marks = marks;
    this.#layers = new Map(states.map((state) => [state, makeLayer(icons, state)]));
    const drawAll = () => {
      for (const editor of vscode.window.visibleTextEditors) this.#draw(editor);
    };
    this.#attached = [
      {
        dispose: marks.onChange((file) => {
          for (const editor of vscode.window.visibleTextEditors) {
            if (editor.document.uri.fsPath === file) this.#draw(editor);
          }
        }),
      },
      vscode.window.onDidChangeVisibleTextEditors(drawAll),
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

  #draw(editor: vscode.TextEditor): void {
    const { uri } = editor.document;
    if (uri.scheme !== "file") return;
    const marks = areShown() ? this.#marks.of(uri.fsPath) : [];
    const byState = Map.groupBy(marks, ({ state }) => state);
    for (const [state, layer] of this.#layers) {
      this.#set(editor, state, layer, byState.get(state) ?? []);
    }
  }

  // Thousands of marks, of which an evaluation changes one: only its layers are drawn anew.
  #set(
    editor: vscode.TextEditor,
    state: FormState,
    layer: vscode.TextEditorDecorationType,
    marks: readonly FormMark[],
  ): void {
    const drawn = this.#drawn.get(editor) ?? new Map<FormState, string>();
    this.#drawn.set(editor, drawn);
    const lines = marks.map(({ line }) => line);
    const key = lines.join();
    if ((drawn.get(state) ?? "") === key) return;
    drawn.set(state, key);
    editor.setDecorations(
      layer,
      lines.map((line) => new vscode.Range(line, 0, line, 0)),
    );
  }
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
