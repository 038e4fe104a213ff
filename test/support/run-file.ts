// Runs one test file in a process of its own, within a bound, and sees to it that nothing of it is left running.
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { TestRecord } from "./event-reporter.ts";
import { describeProcess, killAll, processTree, processesWith } from "./processes.ts";
import { makeTemporaryFolder, removeFolder } from "./temporary.ts";
import { until } from "./until.ts";

export type Failure = { test: string; line: number | undefined; error: string };
export type Skip = { test: string; reason: string };

export type FileResult = {
  file: string;
  passed: number;
  failures: Failure[];
  skipped: Skip[];
  seconds: number;
  /** The end of what the file wrote to its outputs. */
  output: string;
};

export type RunFileOptions = {
  root: string;
  boundSeconds: number;
  namePattern?: string;
  env?: Readonly<Record<string, string>>;
};

const reporter = fileURLToPath(new URL("event-reporter.ts", import.meta.url));
const outputLimit = 64 * 1024;

export async function runTestFile(file: string, options: RunFileOptions): Promise<FileResult> {
  const started = performance.now();
  const folder = await makeTemporaryFolder("re-ops-report-");
  const report = path.join(folder, "report");
  const mark = randomUUID();
  try {
    const child = startFile(file, report, mark, options);
    const output = keepOutput(child);
    const ended = await waitFor(child, options.boundSeconds, mark);
    const records = await readRecords(report);
    const leaked = await endLeftovers(mark);
    const tests = countTests(records);
    const own = describeEnding({ ...ended, records, tests, boundSeconds: options.boundSeconds });
    const failures = [...tests.failures, ...own, ...leaked];
    const seconds = (performance.now() - started) / 1000;
    return {
      file,
      passed: tests.passed,
      skipped: tests.skipped,
      failures,
      seconds,
      output: output(),
    };
  } finally {
    await removeFolder(folder);
  }
}

function startFile(file: string, report: string, mark: string, options: RunFileOptions) {
  const words = [
    "--enable-source-maps",
    `--test-reporter=${reporter}`,
    `--test-reporter-destination=${report}`,
    ...(options.namePattern === undefined ? [] : [`--test-name-pattern=${options.namePattern}`]),
    file,
  ];
  return spawn(process.execPath, words, {
    cwd: options.root,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...options.env, RE_OPS_TEST_FILE: mark, NODE_TEST_CONTEXT: undefined },
  });
}

function keepOutput(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (more: string) => {
      text = (text + more).slice(-outputLimit);
    });
  }
  return () => text;
}

type Ended = { code: number | null; signal: string | null; hung: boolean };

// "exit", not "close": a process that the test left behind holds the outputs open.
async function waitFor(child: ChildProcess, boundSeconds: number, mark: string): Promise<Ended> {
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    // What could not be killed is found again among the leftovers.
    killEverything(child.pid ?? 0, mark).catch(() => {});
  }, boundSeconds * 1000);
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  clearTimeout(timer);
  return { code, signal, hung };
}

async function killEverything(pid: number, mark: string): Promise<void> {
  await killAll([...new Set([...(await processTree(pid)), ...(await findMarked(mark))])]);
}

async function readRecords(report: string): Promise<TestRecord[]> {
  const text = await readFile(report, "utf8").catch(() => "");
  // What stands behind the last line end was cut when the process was killed.
  const whole = text.split("\n").slice(0, -1);
  return whole.map((line) => JSON.parse(line) as TestRecord);
}

type Tests = { passed: number; failures: Failure[]; skipped: Skip[] };

function countTests(records: readonly TestRecord[]): Tests {
  const tests: Tests = { passed: 0, failures: [], skipped: [] };
  for (const record of records) {
    if (record.kind === "pass") tests.passed += 1;
    if (record.kind === "skip" || record.kind === "todo") {
      tests.skipped.push({ test: record.name, reason: record.reason ?? "" });
    }
    if (record.kind === "fail") {
      tests.failures.push({ test: record.name, line: record.line, error: record.error });
    }
  }
  return tests;
}

type Ending = Ended & { records: readonly TestRecord[]; tests: Tests; boundSeconds: number };

function describeEnding({ code, signal, hung, records, tests, boundSeconds }: Ending): Failure[] {
  const found = tests.passed + tests.failures.length + tests.skipped.length;
  const open = [...unfinished(records)].map((name) => `"${name}"`).join(", ");
  const at = open === "" ? "" : ` Begun and not ended: ${open}.`;
  if (hung) return [fileFailure(`Still running after ${boundSeconds} s, so it was killed.${at}`)];
  if (signal !== null) return [fileFailure(`The process was ended by ${signal}.${at}`)];
  if (code !== 0 && tests.failures.length === 0) {
    return [fileFailure(`The process ended with exit code ${code} and no failed test.${at}`)];
  }
  return found === 0 ? [fileFailure("There is no test in this file.")] : [];
}

function unfinished(records: readonly TestRecord[]): Set<string> {
  const open = new Set<string>();
  for (const record of records) {
    if (record.kind === "start") open.add(record.name);
    else open.delete(record.name);
  }
  return open;
}

function fileFailure(error: string): Failure {
  return { test: "the file itself", line: undefined, error };
}

const LEAVING_MS = 10_000;

// What is about to end gets the time to do so, also on a busy machine; the rest is a fault of the test.
async function endLeftovers(mark: string): Promise<Failure[]> {
  const gone = async () => (await findMarked(mark)).length === 0;
  const isGone = await until("leftovers to end", gone, { timeoutMs: LEAVING_MS }).catch(
    () => false,
  );
  const pids = isGone ? [] : await findMarked(mark);
  if (pids.length === 0) return [];
  const names = await Promise.all(pids.map(describeProcess));
  await killAll(pids);
  return [fileFailure(`Left running after its end, and killed now:\n  ${names.join("\n  ")}`)];
}

async function findMarked(mark: string): Promise<number[]> {
  return processesWith(`RE_OPS_TEST_FILE=${mark}`);
}
