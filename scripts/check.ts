// `npm run check`: types, lint, layers, dead code, format and tidiness, each with its time.
import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { findUntidy } from "./tidy.ts";

export type CheckResult = { name: string; ok: boolean; seconds: number; output: string };
export type Check = { name: string; run: () => Promise<{ ok: boolean; output: string }> };

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const sourceFolders = ["runtime", "language-server", "extension", "scripts", "test"];
const cache = "node_modules/.cache/re-ops";

export const checks: readonly Check[] = [
  { name: "types", run: () => checkTypes("tsconfig.json") },
  { name: "types in a page", run: () => checkTypes("test/e2e/tsconfig.json") },
  { name: "lint", run: () => runTool("oxlint", ["--deny-warnings"]) },
  {
    name: "layers",
    run: () => runTool("depcruise", ["--output-type", "err-long", ...sourceFolders]),
  },
  { name: "dead code", run: () => runTool("knip", ["--no-progress"]) },
  {
    name: "format",
    run: () =>
      runTool("prettier", ["--check", "--cache", "--cache-location", `${cache}/prettier`, "."]),
  },
  { name: "tidy", run: checkTidiness },
];

if (import.meta.main) {
  const named = process.argv.slice(2);
  const wanted = checks.filter((check) => named.length === 0 || named.includes(check.name));
  const results = await runChecks(wanted, (result) => {
    process.stdout.write(describeCheck(result));
  });
  process.exitCode = results.length > 0 && results.every((result) => result.ok) ? 0 : 1;
}

/** Runs them two at a time and tells of each as it ends. */
export async function runChecks(
  wanted: readonly Check[],
  tell: (result: CheckResult) => void,
): Promise<CheckResult[]> {
  const waiting = [...wanted];
  const results: CheckResult[] = [];
  const work = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const started = performance.now();
      const found = await check.run();
      const seconds = (performance.now() - started) / 1000;
      const result = { name: check.name, seconds, ...found };
      results.push(result);
      tell(result);
    }
  };
  await Promise.all([work(), work()]);
  return results;
}

/** A line, and below it what was found when it is not well. */
export function describeCheck({ name, ok, seconds, output }: CheckResult): string {
  const line = `${ok ? "✔" : "✖"} ${name} (${seconds.toFixed(1)} s)\n`;
  return ok ? line : `${line}\n${output.trim()}\n\n`;
}

function checkTypes(project: string) {
  const record = `${cache}/${project.replaceAll("/", "-")}.tsbuildinfo`;
  return runTool("tsc", ["-p", project, "--incremental", "--tsBuildInfoFile", record]);
}

async function checkTidiness() {
  const untidy = await findUntidy(root);
  return { ok: untidy.length === 0, output: untidy.join("\n") };
}

function runTool(tool: string, words: readonly string[]): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve, reject) => {
    const program = path.join(root, "node_modules", ".bin", tool);
    const child = spawn(program, words, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    const parts: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => parts.push(text));
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ ok: code === 0, output: parts.join("") }));
  });
}
