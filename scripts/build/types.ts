// The types of `re-ops` for users, as a folder that any TypeScript reads as node_modules/re-ops with nothing else installed.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import ts from "typescript";

const entries = ["public", "workflow"]; // index.ts adds only the engine, which is no type
const noCodeHere =
  "This `re-ops` holds only types, for the editor. Evaluate the file in VS Code, or install the package: npm install --save-dev re-ops";

/** dist/types: package.json, the declarations of what users import, and those they need. */
export async function buildTypes(root: string, folder: string): Promise<readonly string[]> {
  const declarations = emitDeclarations(root);
  const reachable = collectReachable(
    declarations,
    entries.map((entry) => `${entry}.d.ts`),
  );
  await rm(folder, { recursive: true, force: true });
  for (const [file, text] of reachable) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), text);
  }
  const { version } = JSON.parse(
    await readFile(path.join(root, "runtime/package.json"), "utf8"),
  ) as { version: string };
  const manifest = {
    name: "re-ops",
    version,
    type: "module",
    types: "./public.d.ts",
    exports: {
      ".": { types: "./public.d.ts", default: "./index.js" },
      "./live": { types: "./workflow.d.ts", default: "./index.js" },
      "./package.json": "./package.json",
    },
  };
  await writeFile(path.join(folder, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  await writeFile(
    path.join(folder, "index.js"),
    `throw new Error(${JSON.stringify(noCodeHere)});\n`,
  );
  return [...declarations.keys()].map((file) => `runtime/${file.replace(/\.d\.ts$/u, ".ts")}`);
}

/** Declaration files of the public doors and all they import, by path below runtime/. */
function emitDeclarations(root: string): Map<string, string> {
  const files = entries.map((entry) => `runtime/${entry}.ts`);
  const read = ts.readConfigFile(path.join(root, "tsconfig.json"), (file) => ts.sys.readFile(file));
  const config = ts.parseJsonConfigFileContent(
    { ...read.config, include: [], files },
    ts.sys,
    root,
  );
  const options: ts.CompilerOptions = {
    ...config.options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    stripInternal: true,
    rootDir: path.join(root, "runtime"),
    outDir: "/",
  };
  const program = ts.createProgram(
    files.map((file) => path.join(root, file)),
    options,
  );
  const declarations = new Map<string, string>();
  const result = program.emit(undefined, (file, text) =>
    declarations.set(file.replace(/^\//u, ""), text),
  );
  const mistakes = result.diagnostics.filter((one) => one.category === ts.DiagnosticCategory.Error);
  if (result.emitSkipped || mistakes.length > 0) {
    throw new Error(`The types could not be made:\n${describe(mistakes, root)}`);
  }
  return declarations;
}

/** The declarations that `entrances` need, with imports as every TypeScript understands them; none may need another package. */
function collectReachable(
  declarations: ReadonlyMap<string, string>,
  entrances: readonly string[],
): Map<string, string> {
  const reachable = new Map<string, string>();
  const waiting = [...entrances];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const text = declarations.get(file);
    if (text === undefined) throw new Error(`The types name ${file}, which was not made.`);
    if (reachable.has(file)) continue;
    for (const name of importsOf(text)) {
      if (!name.startsWith(".")) {
        throw new Error(
          `The public types reach ${file}, which needs "${name}": a user who installed nothing does not have it. ` +
            "Declare the type ourselves, or keep it out of what index.ts exports.",
        );
      }
      waiting.push(path.posix.join(path.posix.dirname(file), name.replace(/\.ts$/u, ".d.ts")));
    }
    reachable.set(file, text.replaceAll(/((?:from|import\()\s*"\.[^"]*)\.ts"/gu, '$1.js"'));
  }
  return reachable;
}

function importsOf(text: string): string[] {
  return ts.preProcessFile(text).importedFiles.map((one) => one.fileName);
}

function describe(diagnostics: readonly ts.Diagnostic[], root: string): string {
  return ts.formatDiagnostics(diagnostics, {
    getCanonicalFileName: (file) => file,
    getCurrentDirectory: () => root,
    getNewLine: () => "\n",
  });
}
