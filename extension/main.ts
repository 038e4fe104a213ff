// Composes the extension: makes each part once, joins them, and takes them down with the window.
import { setTimeout as sleep } from "node:timers/promises";
import { connectToServer, type ServerConnection } from "re-ops/client";
import * as vscode from "vscode";
import { registerCommands } from "./commands/table.ts";
import { greet } from "./connection/greet.ts";
import type { ProjectConnection } from "./connection/project-connection.ts";
import { ProjectConnections } from "./connection/project-connections.ts";
import { tellWhenLost } from "./connection/tell-when-lost.ts";
import { SPEAK_UP_AFTER } from "./core/connection-state.ts";
import { FormMarks } from "./core/form-marks.ts";
import { InlineResults } from "./core/inline-results.ts";
import { Marks } from "./core/marks.ts";
import { Printed } from "./core/printed.ts";
import { RunStore } from "./core/run-store.ts";
import { serverEnvironment } from "./core/server-environment.ts";
import { countWork } from "./core/work-under-way.ts";
import { EvaluationConsole } from "./evaluation/console.ts";
import { adoptWhenOpened } from "./evaluation/adopt-running.ts";
import { Decorations } from "./evaluation/decorations.ts";
import { EvaluationDiagnostics } from "./evaluation/diagnostics.ts";
import { followEdits } from "./evaluation/document-edits.ts";
import { Evaluator } from "./evaluation/evaluator.ts";
import { showGutter } from "./evaluation/gutter.ts";
import { registerHover } from "./evaluation/hover.ts";
import { followKeyContexts } from "./evaluation/key-contexts.ts";
import { KeptAnswers } from "./questions/kept-answers.ts";
import { QuestionDesk } from "./questions/question-desk.ts";
import type { Services } from "./services.ts";
import { createTestApi, type TestApi } from "./test-api.ts";
import { OutputDocuments } from "./views/output-documents.ts";
import { offerMoreOutput } from "./views/output-lenses.ts";
import { RunsTree } from "./views/runs-tree.ts";
import { StatusItem } from "./views/status-item.ts";

export function activate(context: vscode.ExtensionContext): TestApi {
  const startedAt = performance.now();
  const log = vscode.window.createOutputChannel("Re-ops", { log: true });
  const results = new InlineResults();
  const runs = new RunStore();
  const formMarks = new FormMarks();
  const printed = new Printed();
  const marks = new Marks(() => performance.timeOrigin + performance.now());
  const onProblem = (what: string, error: unknown) => {
    log.error(`${what}: ${String(error)}`);
  };
  // First among those that follow results: what a person looks at is drawn before anything else is told.
  const decorations = new Decorations({ results, runs, marks, printed });
  const status = new StatusItem();
  const showStatus = () => {
    status.show(connections.all(), countWork(services.evaluator.evaluating, runs));
  };
  const connections = new ProjectConnections({
    connect: (project, signal) => connect(context, log, project, signal),
    greet: (connection, server) => {
      greet(services, connection, server);
    },
    onOpen: (connection) => openLanguageFeatures(connection, { log, formMarks, onProblem }),
    onStateChange: (connection) => {
      showStatus();
      tellWhenLost(connection, log);
      const { state } = connection;
      if (state.kind === "lost" && state.attempts >= SPEAK_UP_AFTER) {
        services.evaluator.giveUpWaiting(connection, state.message);
      }
    },
    onProblem,
    wait,
    now: () => performance.now(),
  });
  const outputDocuments = new OutputDocuments({
    runs,
    connectionOf: (project) => connections.get(project),
    onProblem,
  });
  const keptAnswers = new KeptAnswers(context.secrets, context.globalState);
  const services: Services = {
    log,
    memory: context.workspaceState,
    serverFolder: context.asAbsolutePath("dist/server"),
    connections,
    results,
    runs,
    questions: new QuestionDesk(keptAnswers, onProblem),
    keptAnswers,
    evaluator: new Evaluator(results, marks),
    diagnostics: new EvaluationDiagnostics(results),
    console: new EvaluationConsole({ results, runs, printed }),
    runsTree: new RunsTree(runs, (project) =>
      connections.all().length > 1 ? vscode.workspace.asRelativePath(project) : undefined,
    ),
    outputDocuments,
  };
  context.subscriptions.push(
    log,
    status,
    connections,
    outputDocuments,
    offerMoreOutput(outputDocuments),
    services.console,
    services.runsTree,
    decorations,
    services.diagnostics,
    showGutter(formMarks, context.extensionUri),
    registerHover(results, runs, printed),
    followEdits(results, formMarks),
    adoptWhenOpened(runs, results),
    followKeyContexts(results),
    registerCommands(services),
    { dispose: runs.onChange(showStatus) },
    { dispose: services.evaluator.onChange(showStatus) },
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration("re-ops.node")) return;
      for (const connection of connections.all()) connection.hurry();
    }),
  );
  allowWhenTrusted(context, connections);
  const activationMs = performance.now() - startedAt;
  log.info(`active after ${activationMs.toFixed(1)} ms`);
  return createTestApi({ services, decorations, marks, activationMs });
}

// In Restricted Mode nothing is evaluated, started or connected.
function allowWhenTrusted(
  { subscriptions }: vscode.ExtensionContext,
  connections: ProjectConnections,
): void {
  const { workspace } = vscode;
  if (workspace.isTrusted) connections.allow();
  else
    subscriptions.push(
      workspace.onDidGrantWorkspaceTrust(() => {
        connections.allow();
      }),
    );
}

function connect(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  project: string,
  signal: AbortSignal,
): Promise<ServerConnection> {
  const setting = vscode.workspace.getConfiguration("re-ops").get<string>("node", "");
  return connectToServer({
    projectFolder: project,
    serverEntry: context.asAbsolutePath("dist/server/server.mjs"),
    typesFolder: context.asAbsolutePath("dist/types"),
    runFromCopy: true,
    node: { setting, electron: process.execPath },
    environment: serverEnvironment(process.env),
    clientName: vscode.env.appName,
    signal,
    log: (line) => {
      log.info(`${project}: ${line}`);
    },
  });
}

function openLanguageFeatures(
  connection: ProjectConnection,
  parts: {
    readonly log: vscode.LogOutputChannel;
    readonly formMarks: FormMarks;
    readonly onProblem: (what: string, error: unknown) => void;
  },
): vscode.Disposable {
  const { log, formMarks, onProblem } = parts;
  const ending = new AbortController();
  const { signal } = ending;
  const { project } = connection;
  const keep = async () => {
    await connection.whenConnected();
    // Half of all our code, which activation does not wait for.
    const { keepLanguageClient } = await import("./connection/language-client.ts");
    await keepLanguageClient({
      project,
      log,
      signal,
      wait,
      open: () => connection.openLanguageDoor(),
      onMarks: (file, marks) => {
        formMarks.set(project, file, marks);
      },
      onLost: () => {
        formMarks.forget(project);
      },
    });
  };
  keep().catch((error: unknown) => {
    onProblem(`language features of ${project}`, error);
  });
  return new vscode.Disposable(() => {
    ending.abort();
  });
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined); // Aborted: no reason to wait longer.
}
