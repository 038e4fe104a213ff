// Runs the files of one suite, a few at a time, and prints each as it ends.
import { type FileResult, type Skip, runTestFile } from "./run-file.ts";
import { type Suite, findTestFiles } from "./suites.ts";

export type Counts = { passed: number; failed: number; skipped: number };
export type SuiteResult = Counts & { name: string; files: number; seconds: number };

export type SuiteOptions = {
  root: string;
  parts: readonly string[];
  namePattern?: string;
  print: (text: string) => void;
};

export async function runSuite(suite: Suite, options: SuiteOptions): Promise<SuiteResult> {
  const started = performance.now();
  const files = await findTestFiles(options.root, suite, options.parts);
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  const env = files.length > 0 ? await suite.prepare?.() : undefined;
  const waiting = [...files];
  const work = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const result = await runTestFile(file, {
        ...options,
        boundSeconds: suite.boundSeconds,
        ...(env && { env }),
      });
      total.passed += result.passed;
      total.failed += result.failures.length;
      total.skipped += result.skipped.length;
      options.print(describeFile(result));
    }
  };
  await Promise.all(Array.from({ length: suite.atOnce }, work));
  const seconds = (performance.now() - started) / 1000;
  return { name: suite.name, files: files.length, seconds, ...total };
}

/** `suite unit: 12 passed, 0 failed, 0 skipped (0.3 min)` */
export function describeSuite(result: Counts & { name: string; seconds: number }): string {
  return `suite ${result.name}: ${describeCounts(result)} (${(result.seconds / 60).toFixed(1)} min)\n`;
}

export function describeCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function describeFile(result: FileResult): string {
  const { file, passed, failures, skipped, seconds } = result;
  const mark = failures.length > 0 ? "✖" : "✔";
  const counts =
    failures.length > 0 ? `${failures.length} failed, ${passed} passed` : `${passed} passed`;
  const lines = [`${mark} ${file} (${counts}, ${seconds.toFixed(1)} s)`];
  lines.push(...skipped.map(describeSkip));
  for (const failure of failures) {
    const place = failure.line === undefined ? file : `${file}:${failure.line}`;
    lines.push("", `  ✖ ${failure.test}`, `    ${place}`, indent(failure.error), "");
  }
  if (failures.length > 0 && result.output.trim() !== "") {
    lines.push(`  What ${file} wrote:`, indent(result.output.trimEnd()), "");
  }
  return `${lines.join("\n")}\n`;
}

function describeSkip({ test, reason }: Skip): string {
  return `  - skipped: ${test}${reason === "" || reason === "true" ? "" : ` (${reason})`}`;
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
}
