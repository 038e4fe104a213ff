// `npm test`: every suite, or with `npm test -- SUITE… PART… [--name=PATTERN]` those suites and the files whose path holds a part.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Check, checks, describeCheck, runChecks } from "../../scripts/check.ts";
import {
  type Counts,
  type SuiteResult,
  describeCounts,
  describeSuite,
  runSuite,
} from "./run-suite.ts";
import { type Suite, suites } from "./suites.ts";

type Request = { check: readonly Check[]; suites: Suite[]; parts: string[]; namePattern?: string };

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const strict = process.env["CI"] === "true";
process.exitCode = (await runTests(readRequest(process.argv.slice(2)))) ? 0 : 1;

function readRequest(words: readonly string[]): Request {
  const name = words.find((word) => word.startsWith("--name="))?.slice("--name=".length);
  const plain = words.filter((word) => !word.startsWith("--"));
  const named = suites.filter((suite) => plain.includes(suite.name));
  const parts = plain.filter(
    (word) => word !== "check" && !named.some((suite) => suite.name === word),
  );
  const all = plain.length === 0;
  return {
    check: all || plain.includes("check") ? checks : [],
    suites: named.length > 0 ? named : all || parts.length > 0 ? [...suites] : [],
    parts,
    ...(name !== undefined && { namePattern: name }),
  };
}

async function runTests(request: Request): Promise<boolean> {
  const partial = request.parts.length > 0 || request.namePattern !== undefined;
  const results: SuiteResult[] = [];
  if (request.check.length > 0) results.push(await runCheckSuite(request.check));
  for (const suite of request.suites) {
    const result = await runSuite(suite, { ...request, root, print });
    if (result.files > 0 || !partial) {
      print(describeSuite(result));
      results.push(result);
    }
  }
  const empty = results.filter((result) => result.files === 0).map((result) => result.name);
  const total = sum(results);
  if (empty.length > 0) print(`No test at all in: ${empty.join(", ")}\n`);
  if (strict && total.skipped > 0) print("A test was skipped, and CI allows none.\n");
  print(`${describeCounts(total)}\n`);
  if (total.failed > 0 || total.passed === 0) return false;
  return !strict || (empty.length === 0 && total.skipped === 0);
}

async function runCheckSuite(wanted: readonly Check[]): Promise<SuiteResult> {
  const started = performance.now();
  const results = await runChecks(wanted, (result) => print(describeCheck(result)));
  const failed = results.filter((result) => !result.ok).length;
  const seconds = (performance.now() - started) / 1000;
  const passed = results.length - failed;
  const result = { name: "check", files: results.length, passed, failed, skipped: 0, seconds };
  print(describeSuite(result));
  return result;
}

function sum(results: readonly Counts[]): Counts {
  return results.reduce(
    (total, one) => ({
      passed: total.passed + one.passed,
      failed: total.failed + one.failed,
      skipped: total.skipped + one.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

function print(text: string): void {
  process.stdout.write(text);
}
