// `paths` of the nearest tsconfig.json: names that TypeScript takes for files of the project, and Node does not know.
import { statSync } from "node:fs";
import path from "node:path";
import { createPathsMatcher, getTsconfig } from "get-tsconfig";

export interface TsconfigPaths {
  /** The file that `specifier` means in `from`; nothing when no pattern with a file that is there matches. */
  find(specifier: string, from: string): string | undefined;
  /** What was read is read anew when it is needed again. */
  forget(): void;
}

type Match = (specifier: string) => readonly string[];

export function createTsconfigPaths(): TsconfigPaths {
  const known = new Map<string, Match>();
  return {
    find(specifier, from) {
      if (isPath(specifier)) return undefined;
      const folder = path.dirname(from);
      const match = known.get(folder) ?? readMatch(folder);
      known.set(folder, match);
      return match(specifier).flatMap(asFiles).find(isFile);
    },
    forget: () => {
      known.clear();
    },
  };
}

/** Relative, absolute, or an address: never looked up in `paths`. */
function isPath(specifier: string): boolean {
  return specifier.startsWith(".") || path.isAbsolute(specifier) || /^\w+:/.test(specifier);
}

function readMatch(folder: string): Match {
  const config = getTsconfig(folder);
  return (config && createPathsMatcher(config)) ?? (() => []);
}

/** A target may leave the extension out, or say the one that the compiler would write. */
function asFiles(target: string): string[] {
  const script = /\.[cm]?jsx?$/.exec(target);
  const bare = script === null ? target : target.slice(0, script.index);
  return [
    target,
    ...[".ts", ".tsx", ".mts", ".js", ".mjs"].map((extension) => bare + extension),
    path.join(target, "index.ts"),
    path.join(target, "index.js"),
  ];
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}
