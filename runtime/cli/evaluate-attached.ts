// `re-ops eval 'CODE'` in the live process of a running server: on its bindings, with its connections, and told as if it happened here.
import { randomUUID } from "node:crypto";
import path from "node:path";
import type { Connection } from "../client/connection.ts";
import type { Asker } from "../engine/questions/question.ts";
import { exitCodeOfSignal, onStopSignal } from "../in-process/stop-signals.ts";
import { createTerminalAsker } from "../in-process/terminal-asker.ts";
import {
  consoleOutput,
  type EvaluateResult,
  interrupt,
  runEnded,
  untilIdle,
} from "../protocol/evaluation.ts";
import { askHostKeys, askSecret, questionWithdrawn } from "../protocol/questions.ts";
import { PeerGoneError } from "../rpc/peer.ts";
import type { CodeToEvaluate } from "./evaluate-somewhere.ts";
import { Report } from "./report.ts";
import { tellValue } from "./tell-value.ts";

export async function evaluateAttached(
  { text, json }: CodeToEvaluate,
  connection: Connection,
): Promise<never> {
  const report = new Report({ json });
  const evaluationId = randomUUID();
  sayWhere(connection);
  listen(connection, evaluationId, report);
  answerQuestions(connection, createTerminalAsker());
  const stop = stopOnSignal(connection, evaluationId);
  try {
    const result = await connection.evaluate({
      evaluationId,
      file: path.join(process.cwd(), "[eval].ts"),
      text,
      selection: { start: 0, end: text.length },
      mode: "text",
      report: json ? "runs and output" : "runs",
      localFolder: process.cwd(),
    });
    tell(result, { report, json, wasAsked: stop.signal !== undefined });
    await connection.runtime.request(untilIdle, { evaluationId });
    await stop.done;
  } catch (error) {
    if (!(error instanceof PeerGoneError)) throw error;
    report.breakOff("the Re-ops server ended in the middle of the evaluation", AFTER_A_LOSS);
  }
  connection.dispose();
  await report.finish(stop.signal === undefined ? 0 : exitCodeOfSignal(stop.signal));
  process.exit();
}

const AFTER_A_LOSS =
  "look at Runs in VS Code, or on the hosts: what it had begun may still run there";

/** For people: a script does not want to know. */
function sayWhere({ hello }: Connection): void {
  if (!process.stderr.isTTY) return;
  const where = `the running server of ${hello.project} (process ${String(hello.pid)})`;
  process.stderr.write(`re-ops: evaluating in ${where}; --own prevents that\n`);
}

function listen({ runtime }: Connection, evaluationId: string, report: Report): void {
  runtime.onNotification(consoleOutput, (output) => {
    if (output.evaluationId === evaluationId) report.console.write(output.stream, output.text);
  });
  runtime.onNotification(runEnded, ({ run }) => {
    report.addRun(run);
  });
}

/** The server asks here first what this evaluation needs to know. */
function answerQuestions({ runtime }: Connection, asker: Asker): void {
  const open = new Map<string, AbortController>();
  async function answer<T>(id: string, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const withdrawal = new AbortController();
    open.set(id, withdrawal);
    return ask(withdrawal.signal).finally(() => open.delete(id));
  }
  runtime.onRequest(askSecret, ({ id, ...question }) =>
    answer(id, (signal) => asker.askSecret(question, signal)),
  );
  runtime.onRequest(askHostKeys, ({ id, keys }) =>
    answer(id, (signal) => asker.askHostKeys({ keys }, signal)),
  );
  runtime.onNotification(questionWithdrawn, ({ id }) => open.get(id)?.abort());
}

interface Stop {
  /** The signal that came. */
  signal: NodeJS.Signals | undefined;
  /** Resolves when what was interrupted has been told. */
  done: Promise<void>;
}

/** The first SIGINT or SIGTERM interrupts the evaluation in the server, and this process ends when that was checked; the second ends it at once. */
function stopOnSignal({ runtime }: Connection, evaluationId: string): Stop {
  const stop: Stop = { signal: undefined, done: Promise.resolve() };
  const interruptIt = async () => {
    process.stderr.write("re-ops: interrupting the evaluation in the server\n");
    const { message } = await runtime.request(interrupt, { evaluationId });
    process.stderr.write(`re-ops: ${message}\n`);
  };
  const begin = (signal: NodeJS.Signals) => {
    stop.signal = signal;
    stop.done = interruptIt();
    stop.done.catch(() => undefined); // whoever waits for the evaluation hears that the server is gone
  };
  onStopSignal(begin, () => {
    process.stderr.write("re-ops: the server goes on stopping it: look at Runs in VS Code\n");
  });
  return stop;
}

interface Telling {
  readonly report: Report;
  readonly json: boolean;
  /** Whether the interrupt was asked for here. */
  readonly wasAsked: boolean;
}

function tell(result: EvaluateResult, { report, json, wasAsked }: Telling): void {
  if (result.kind === "error") report.fail(result.error);
  if (result.kind === "interrupted" && !wasAsked) report.breakOff(result.message, AFTER_A_LOSS);
  if (result.kind !== "value") return;
  const { detail, note, value = { kind: "other" as const } } = result;
  report.setValue({
    losses: value.losses ?? [],
    ...(value.json !== undefined && { json: JSON.parse(value.json) as unknown }),
  });
  tellValue({ kind: value.kind, detail, note }, { json, program: report });
}
