// The line on which a test wrote something, so that no test has to count lines.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The 1-based line of the only place in the file at `url` that holds `mark`, apart from the question itself. */
export function lineOf(url: string, mark: string): number {
  const lines = readFileSync(fileURLToPath(url), "utf8").split("\n");
  const found = [...lines.keys()].filter((index) => {
    const line = lines[index] ?? "";
    return line.includes(mark) && !line.includes("lineOf(");
  });
  const [only, ...others] = found;
  if (only === undefined || others.length > 0) {
    throw new Error(`${mark} stands on ${found.length} lines of ${url}`);
  }
  return only + 1;
}
