// What commands work with: made once per window by main.ts.
import type * as vscode from "vscode";
import type { ProjectConnections } from "./connection/project-connections.ts";
import type { InlineResults } from "./core/inline-results.ts";
import type { RunStore } from "./core/run-store.ts";
import type { EvaluationConsole } from "./evaluation/console.ts";
import type { EvaluationDiagnostics } from "./evaluation/diagnostics.ts";
import type { Evaluator } from "./evaluation/evaluator.ts";
import type { KeptAnswers } from "./questions/kept-answers.ts";
import type { QuestionDesk } from "./questions/question-desk.ts";
import type { OutputDocuments } from "./views/output-documents.ts";
import type { RunsTree } from "./views/runs-tree.ts";

export interface Services {
  readonly log: vscode.LogOutputChannel;
  /** What a person wants never to be asked again in this workspace. */
  readonly memory: vscode.Memento;
  /** The server that this extension brings along. */
  readonly serverFolder: string;
  readonly connections: ProjectConnections;
  readonly results: InlineResults;
  readonly runs: RunStore;
  readonly questions: QuestionDesk;
  readonly keptAnswers: KeptAnswers;
  readonly evaluator: Evaluator;
  readonly diagnostics: EvaluationDiagnostics;
  readonly console: EvaluationConsole;
  readonly runsTree: RunsTree;
  readonly outputDocuments: OutputDocuments;
}
