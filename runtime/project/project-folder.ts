// Which project folder a file or a shell's directory belongs to: whose server, live process, runs and state are meant.
import { access, readFile, realpath } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { type Environment, hasState } from "./state-folder.ts";

export const CONFIG_FILE = "re-ops.config.json";
const dependencies = z.record(z.string(), z.unknown()).optional().catch(undefined);
const packageSchema = z.object({
  dependencies,
  devDependencies: dependencies,
  peerDependencies: dependencies,
});

/** The nearest folder upwards that says it is a Re-ops project, as its real path. */
export async function findNamedProject(directory: string): Promise<string | undefined> {
  for (const folder of upwards(outsideNodeModules(await realpath(directory)))) {
    if (await namesReOps(folder)) return folder;
  }
  return undefined;
}

/** The rule in VS Code: a named project, else the workspace folder once a TypeScript file in it imports `re-ops`. */
export async function projectOfFile(where: {
  readonly file: string;
  readonly text: string;
  readonly workspaceFolder?: string;
}): Promise<string | undefined> {
  const named = await findNamedProject(path.dirname(where.file));
  if (named !== undefined || where.workspaceFolder === undefined) return named;
  return importsReOps(where.text) ? realpath(where.workspaceFolder) : undefined;
}

/** The rule on the command line: a named project, else the nearest folder upwards with state, else the directory itself. */
export async function projectOfDirectory(
  directory: string,
  environment: Environment,
): Promise<string> {
  const real = await realpath(directory);
  const named = await findNamedProject(real);
  return named ?? upwards(real).find((folder) => hasState(folder, environment)) ?? real;
}

/** Whether a module's text imports `re-ops` or a part of it. */
export function importsReOps(text: string): boolean {
  return /(?:\bfrom|\bimport)\s*\(?\s*(["'])re-ops(?:\/[^"']*)?\1/u.test(text);
}

/** Whether a package.json in this text asks for `re-ops`. */
export function dependsOnReOps(packageJson: string): boolean {
  let value: unknown;
  try {
    value = JSON.parse(packageJson);
  } catch {
    return false; // Half-written or broken: it names nobody.
  }
  const manifest = packageSchema.safeParse(value).data;
  const all = [manifest?.dependencies, manifest?.devDependencies, manifest?.peerDependencies];
  return all.some((one) => one !== undefined && "re-ops" in one);
}

async function namesReOps(folder: string): Promise<boolean> {
  const [hasConfig, packageJson] = await Promise.all([
    access(path.join(folder, CONFIG_FILE)).then(
      () => true,
      () => false,
    ),
    readFile(path.join(folder, "package.json"), "utf8").catch(() => ""),
  ]);
  return hasConfig || dependsOnReOps(packageJson);
}

function upwards(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [folder, ...upwards(parent)];
}

// A package that depends on re-ops is no project of its user.
function outsideNodeModules(folder: string): string {
  const parts = folder.split(path.sep);
  const inside = parts.indexOf("node_modules");
  return inside === -1 ? folder : parts.slice(0, inside).join(path.sep) || path.sep;
}
