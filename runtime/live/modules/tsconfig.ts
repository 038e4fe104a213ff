// What the nearest tsconfig.json says that changes what code means: `paths`, and decorators of the older kind.
import { statSync } from "node:fs";
import path from "node:path";
import { createPathsMatcher, getTsconfig } from "get-tsconfig";

export interface Tsconfigs {
  /** The file that `specifier` means in `from` by `paths`; nothing when no pattern with a file that is there matches. */
  find(specifier: string, from: string): string | undefined;
  /** The tsconfig.json that sets `experimentalDecorators` for a file. */
  olderDecorators(file: string): string | undefined;
  /** What was read is read anew when it is needed again. */
  forget(): void;
}

interface Meaning {
  readonly match: (specifier: string) => readonly string[];
  readonly olderDecorators: string | undefined;
}

export function createTsconfigs(): Tsconfigs {
  const known = new Map<string, Meaning>();
  const meaningFor = (file: string) => {
    const folder = path.dirname(file);
    const meaning = known.get(folder) ?? readMeaning(folder);
    known.set(folder, meaning);
    return meaning;
  };
  return {
    find(specifier, from) {
      if (isPath(specifier)) return undefined;
      return meaningFor(from).match(specifier).flatMap(asFiles).find(isFile);
    },
    olderDecorators: (file) => meaningFor(file).olderDecorators,
    forget: () => {
      known.clear();
    },
  };
}

/** Relative, absolute, or an address: never looked up in `paths`. */
function isPath(specifier: string): boolean {
  return specifier.startsWith(".") || path.isAbsolute(specifier) || /^\w+:/.test(specifier);
}

function readMeaning(folder: string): Meaning {
  const found = getTsconfig(folder);
  const isOlder = found?.config.compilerOptions?.experimentalDecorators === true;
  return {
    match: (found && createPathsMatcher(found)) ?? (() => []),
    olderDecorators: isOlder ? found.path : undefined,
  };
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
