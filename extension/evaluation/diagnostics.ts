// Mistakes in evaluated code, at the user's own line and column, for as long as they are true.
import * as vscode from "vscode";
import {
  type EvaluationError,
  type Mend,
  NOT_EVALUATED,
  type Trace,
  UNKNOWN_NAME,
} from "re-ops/protocol";
import type { InlineResults } from "../core/inline-results.ts";

const SHOWN_FRAMES = 5;

export class EvaluationDiagnostics implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection("re-ops evaluation");
  readonly #results: InlineResults;
  readonly #stop: () => void;
  /** Broken files that the last refresh of a project met. */
  readonly #refreshErrors = new Map<string, EvaluationError>();
  #last = "";

  constructor(results: InlineResults) {
    this.#results = results;
    this.#stop = results.onChange(() => {
      this.#update();
    });
  }

  /** Until the next refresh of the project; without an error all is well. */
  showRefresh(project: string, error: EvaluationError | undefined): void {
    if (error === undefined) this.#refreshErrors.delete(project);
    else this.#refreshErrors.set(project, error);
    this.#update();
  }

  dispose(): void {
    this.#stop();
    this.#collection.dispose();
  }

  #update(): void {
    const ofResults = this.#results.all().flatMap(({ errorAt }) => errorAt ?? []);
    const errors = [...ofResults, ...this.#refreshErrors.values()];
    const key = errors.length === 0 ? "" : JSON.stringify(errors);
    if (key === this.#last) return;
    this.#last = key;
    const byFile = Map.groupBy(errors, ({ file }) => file);
    this.#collection.clear();
    for (const [file, some] of byFile) {
      this.#collection.set(vscode.Uri.file(file), some.map(describeError));
    }
  }
}

function describeError(error: EvaluationError): vscode.Diagnostic {
  const { message, name, next, frames, causes = [], mend } = error;
  const what = name === undefined || message.startsWith(name) ? message : `${name}: ${message}`;
  const words = next === undefined ? what : `${what}\n${next}`;
  const diagnostic = new vscode.Diagnostic(rangeOf(error), words, vscode.DiagnosticSeverity.Error);
  diagnostic.source = "re-ops";
  diagnostic.relatedInformation = [
    ...placesOf(frames, (name) => `at ${name ?? "top level"}`).slice(0, SHOWN_FRAMES),
    ...causes.flatMap(({ message, frames }) => placesOf(frames, () => message).slice(0, 1)),
  ];
  if (mend !== undefined) diagnostic.code = codeOf(mend, error.file);
  return diagnostic;
}

/** Code and address are all that comes back with the question for code actions. */
function codeOf(mend: Mend, file: string): { value: string; target: vscode.Uri } {
  switch (mend.kind) {
    case "evaluate": {
      const target = vscode.Uri.file(mend.file).with({ fragment: `L${String(mend.line)}` });
      return { value: NOT_EVALUATED, target };
    }
    case "rename": {
      const target = vscode.Uri.file(file).with({ fragment: `${mend.from},${mend.to}` });
      return { value: UNKNOWN_NAME, target };
    }
  }
}

function placesOf(
  trace: Trace,
  describe: (functionName: string | undefined) => string,
): vscode.DiagnosticRelatedInformation[] {
  const frames = trace.flatMap((one) => ("file" in one ? [one] : []));
  return frames.map(({ file, line, column, functionName }) => {
    const place = new vscode.Position(line - 1, Math.max(0, column - 1));
    const location = new vscode.Location(vscode.Uri.file(file), place);
    return new vscode.DiagnosticRelatedInformation(location, describe(functionName));
  });
}

function rangeOf({ file, line, column, endLine, endColumn }: EvaluationError): vscode.Range {
  const start = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
  if (endLine !== undefined && endColumn !== undefined) {
    return new vscode.Range(start, new vscode.Position(endLine - 1, endColumn - 1));
  }
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.fsPath === file);
  return document?.getWordRangeAtPosition(start) ?? new vscode.Range(start, start.translate(0, 1));
}
