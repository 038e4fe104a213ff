// What no other tool looks at: every source file says what it is for, none is too long, none knows where it was made.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const longestFile = 400;
const source = /\.(?:ts|mts|cts|mjs|cjs|js)$/u;
const text =
  /\.(?:ts|mts|cts|mjs|cjs|js|json|jsonc|md|sh|yml|yaml|html|css|svg|txt)$|(?:^|\/)\.[a-z]+$|\.ci\/run$/u;

const forbidden: readonly { pattern: RegExp; why: string }[] = [
  {
    pattern: /registry\.npmjs\.org|pypi\.org|deb\.debian\.org|proxy\.golang\.org/u,
    why: "names a package registry's host: the ordinary clients know theirs by their own configuration",
  },
  {
    pattern: /(?:^|[\s"'`(=])\/wor[k]\/|\.\.\/share[d]\//u,
    why: "names a folder of one particular machine",
  },
];

/** One line for each thing that is not tidy, of the files that git knows or would add. */
export async function findUntidy(root: string): Promise<string[]> {
  const files = await listFiles(root);
  const found = await Promise.all(
    files
      .filter((file) => text.test(file) && path.basename(file) !== "package-lock.json")
      .map(async (file) => findUntidyInText(file, await readFile(path.join(root, file), "utf8"))),
  );
  return found.flat();
}

/** The same for one file's text. */
export function findUntidyInText(file: string, content: string): string[] {
  const lines = content.split("\n");
  const found = source.test(file) ? findUntidySource(file, lines) : [];
  for (const [index, line] of lines.entries()) {
    for (const { pattern, why } of forbidden) {
      if (pattern.test(line)) found.push(`${file}:${index + 1} ${why}`);
    }
  }
  return found;
}

function findUntidySource(file: string, lines: readonly string[]): string[] {
  const found: string[] = [];
  const first = lines.find((line) => line !== "" && !line.startsWith("#!")) ?? "";
  if (!/^\/(?:\/|\*\*?) \S+ .*\S/u.test(first)) {
    found.push(`${file}:1 starts without a sentence that says what it is for: begin with "// …".`);
  }
  if (lines.length - 1 > longestFile) {
    found.push(
      `${file}:${longestFile} has ${lines.length - 1} lines, ${longestFile} is the most: probably it is two things.`,
    );
  }
  return found;
}

async function listFiles(root: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(
    "git",
    ["ls-files", "--cached", "--others", "--exclude-standard", "-z"],
    { cwd: root, maxBuffer: 64 * 1024 * 1024 },
  );
  const deleted = await promisify(execFile)("git", ["ls-files", "--deleted", "-z"], { cwd: root });
  const gone = new Set(deleted.stdout.split("\0"));
  return stdout.split("\0").filter((file) => file !== "" && !gone.has(file));
}
