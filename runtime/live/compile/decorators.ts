// Turns code with decorators into JavaScript: Node has none of them yet, and oxc only the older kind.
import { createRequire } from "node:module";
import type * as esbuild from "esbuild";
import { languageOf } from "../text/syntax.ts";
import type { Translated } from "./translate.ts";

/** `text`: of the form alone, at the top level of a module. */
export function translateDecorated(file: string, text: string): Translated {
  const { code, map } = loadEsbuild().transformSync(text, {
    loader: languageOf(file),
    format: "esm",
    target: "esnext",
    supported: { decorators: false },
    sourcefile: file,
    sourcemap: "external",
    sourcesContent: false,
    logLevel: "silent",
    tsconfigRaw: {
      compilerOptions: { verbatimModuleSyntax: true, useDefineForClassFields: true },
    },
  });
  return { code, map: JSON.parse(map) as Translated["map"] };
}

/** Only now: most programs never need it. Without a thread of its own, nothing of it stays behind after a call. */
function loadEsbuild(): typeof esbuild {
  const { env } = process;
  const before = env["ESBUILD_WORKER_THREADS"];
  env["ESBUILD_WORKER_THREADS"] = "0";
  try {
    return createRequire(import.meta.url)("esbuild") as typeof esbuild;
  } finally {
    if (before === undefined) delete env["ESBUILD_WORKER_THREADS"];
    else env["ESBUILD_WORKER_THREADS"] = before;
  }
}
