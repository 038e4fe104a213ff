// What an import means: a live file of the project, our own `re-ops`, or something that is Node's.
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { NodeModules } from "./node-modules.ts";
import { hasModuleSyntax } from "../text/syntax.ts";
import type { Tsconfigs } from "./tsconfig.ts";

export type Target =
  | { readonly kind: "live"; readonly file: string }
  | { readonly kind: "json"; readonly file: string; readonly specifier: string }
  | { readonly kind: "own"; readonly specifier: string }
  /** For Node, by this specifier; `file` unless it is a built-in. */
  | { readonly kind: "node"; readonly specifier: string; readonly file?: string };

export interface Resolver {
  resolve(specifier: string, from: string): Target;
  /** The configuration is read anew when it is needed again. */
  forget(): void;
  /** Throws when the forms of a file cannot be evaluated one by one. */
  demandLive(file: string): void;
}

/** `isOwn`: whether we answer a specifier ourselves, such as `re-ops`. */
export function createResolver(
  projectFolder: string,
  modules: NodeModules,
  isOwn: (specifier: string) => boolean,
  tsconfigs: Tsconfigs,
): Resolver {
  const inside = projectFolder.endsWith(path.sep) ? projectFolder : projectFolder + path.sep;
  const isInside = (file: string) =>
    file.startsWith(inside) &&
    !file.slice(inside.length - 1).includes(`${path.sep}node_modules${path.sep}`);
  const beside = new Map<string, string>();
  const isLive = (file: string) => isInside(file) && isModule(file);
  return {
    forget: () => {
      tsconfigs.forget();
      beside.clear();
    },
    demandLive(file) {
      const name = path.basename(file);
      if (!isInside(file)) {
        throw new Error(
          `${name} is not live: it must be in ${projectFolder}, not under node_modules`,
        );
      }
      if (!/\.m?[jt]sx?$/.test(file)) {
        throw new Error(`${name} is not live: only TypeScript and JavaScript modules are`);
      }
    },
    resolve(specifier, from) {
      if (isOwn(specifier)) return { kind: "own", specifier };
      const meant = tsconfigs.find(specifier, from) ?? specifier;
      const file =
        fileBeside(meant, from, beside) ?? fileAt(modules.resolve(meant, from), specifier, from);
      if (file === undefined) return { kind: "node", specifier: meant };
      if (isInside(file) && file.endsWith(".json")) return { kind: "json", file, specifier: meant };
      return isLive(file) ? { kind: "live", file } : { kind: "node", specifier: meant, file };
    },
  };
}

/** What Node finds for a plain relative path to a file that is there, without asking Node. */
function fileBeside(
  specifier: string,
  from: string,
  known: Map<string, string>,
): string | undefined {
  if (!/^\.\.?\/[\w./-]+$/.test(specifier)) return undefined;
  const file = path.resolve(path.dirname(from), specifier);
  const found = known.get(file);
  if (found !== undefined) return found;
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
  const real = realpathSync.native(file);
  known.set(file, real);
  return real;
}

/** Nothing for what is no file, such as a built-in module. */
function fileAt(url: string, specifier: string, from: string): string | undefined {
  return url.startsWith("file:") ? realPath(fileURLToPath(url), specifier, from) : undefined;
}

function realPath(file: string, specifier: string, from: string): string {
  try {
    return realpathSync(file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    const meant = [".ts", ".mts", ".js"].find((extension) =>
      existsSync(withExtension(file, extension)),
    );
    const hint =
      meant === undefined ? "" : `: did you mean \`${withExtension(specifier, meant)}\`?`;
    const problem = `Cannot find \`${specifier}\`, imported by ${path.basename(from)}${hint}`;
    throw Object.assign(new Error(problem), { code: "ERR_MODULE_NOT_FOUND" });
  }
}

function withExtension(file: string, extension: string): string {
  return file.replace(/\.[cm]?js$/, "") + extension;
}

function isModule(file: string): boolean {
  if (/\.(m?ts|tsx|mjs|jsx)$/.test(file)) return true;
  if (!file.endsWith(".js")) return false;
  return (
    packageType(path.dirname(file)) === "module" ||
    hasModuleSyntax(file, readFileSync(file, "utf8"))
  );
}

/** The `type` of the nearest package.json upwards. */
function packageType(folder: string): string | undefined {
  const manifest = path.join(folder, "package.json");
  if (existsSync(manifest)) {
    const { type } = JSON.parse(readFileSync(manifest, "utf8")) as { type?: string };
    return type;
  }
  const above = path.dirname(folder);
  return above === folder ? undefined : packageType(above);
}
