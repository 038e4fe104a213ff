// A project of many files that import each other, and the sum that shows that all of them ran.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

export interface Project {
  readonly folder: string;
  readonly files: number;
  /** Imports all the others. */
  readonly entry: string;
  /** What it exports as `sum`. */
  readonly sum: number;
}

const FUNCTIONS_OF_A_FILE = 5;

export async function writeProject(folder: string, files: number): Promise<Project> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "package.json"), '{ "type": "module" }\n');
  for (let index = 0; index < files - 1; index += 1) {
    await writeFile(path.join(folder, fileName(index)), moduleText(index));
  }
  const entry = path.join(folder, "main.ts");
  await writeFile(entry, entryText(files - 1));
  const sum = Array.from({ length: files - 1 }, (_, index) => index * 2).reduce((a, b) => a + b, 0);
  return { folder, files, entry, sum };
}

function entryText(modules: number): string {
  const indices = [...Array.from({ length: modules }).keys()];
  const imports = indices.map((one) => `import { own as own${one} } from "./${fileName(one)}";\n`);
  return `${imports.join("")}export const sum = [${indices.map((one) => `own${one}`).join(", ")}].reduce((left, right) => left + right, 0);\n`;
}

function fileName(index: number): string {
  return `module-${index}.ts`;
}

function moduleText(index: number): string {
  const imported =
    index === 0
      ? "const before = 0;\n"
      : `import { kept as before } from "./${fileName(index - 1)}";\n`;
  return `// A module among many.
${imported}
export interface Entry {
  readonly name: string;
  readonly size: number;
}

export const kept: number = ${index};
const names: readonly string[] = ["one", "two", "three"];
${Array.from({ length: FUNCTIONS_OF_A_FILE }, (_, one) => functionText(one)).join("\n")}
export const own: number = before === ${Math.max(0, index - 1)} && count0([]) === 0 ? kept * 2 : NaN;
`;
}

function functionText(index: number): string {
  return `/** Counts what is big enough. */
export function count${index}(entries: readonly Entry[], least = ${index}): number {
  let total = 0;
  for (const { name, size } of entries) {
    if (size < least || !names.includes(name)) continue;
    total += Math.round(size / (least + 1));
  }
  return total;
}
`;
}
