// The live evaluator: evaluates forms of the user's files one by one, on bindings that stay.
import { realpathSync } from "node:fs";
import module from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as workflow from "../describe/workflow.ts";
import type { RefreshReport } from "../port.ts";
import type { EvaluationError } from "../protocol/evaluation.ts";
import type { StandingChange } from "../protocol/live.ts";
import { KeptFiles } from "./compile/kept-files.ts";
import { WholeFiles } from "./compile/whole-files.ts";
import { captureConsole } from "./console/console.ts";
import { diagnose } from "./mistakes/diagnose.ts";
import type { Origin } from "./mistakes/diagnose.ts";
import { readSource } from "./refresh/disk-text.ts";
import type { SourceDocument } from "./text/document.ts";
import { evaluateNeeds, evaluateSelected } from "./evaluation.ts";
import type { Evaluated } from "./evaluation.ts";
import { Importer } from "./modules/imports.ts";
import { JsonFiles } from "./modules/json-files.ts";
import { LiveFiles } from "./modules/live-file.ts";
import { Loader } from "./modules/loader.ts";
import { connectNodeModules } from "./modules/node-modules.ts";
import type { NodeModules } from "./modules/node-modules.ts";
import { OnceValues } from "./modules/once.ts";
import { describesOnly } from "./text/purity.ts";
import { Refresher } from "./refresh/refresh.ts";
import { createResolver } from "./modules/resolve.ts";
import type { Resolver } from "./modules/resolve.ts";
import { createTsconfigs } from "./modules/tsconfig.ts";
import { Runner } from "./runner.ts";
import { RecentDocuments } from "./text/recent-documents.ts";
import { select } from "./text/selection.ts";
import { Standings } from "./standing/standings.ts";
import type { Span } from "./text/syntax.ts";

export interface EvaluatorOptions {
  /** A real path. Files inside it are live, but for those under `node_modules`. */
  readonly projectFolder: string;
  /** The module namespace that `import … from "re-ops"` gives everywhere in this process. */
  readonly reopsExports: () => Promise<object>;
  readonly onConsole: (evaluationId: string, stream: "out" | "err", text: string) => void;
  /** The evaluation that the running code belongs to. */
  readonly evaluationIdOf: () => string | undefined;
  /** Told of each value as its name gets it. */
  readonly onPublish?: (value: unknown) => void;
  /** There is something for `takeStandings`. */
  readonly onStandings?: () => void;
  /** Whether a call of this export of `re-ops` only describes, so that it may happen on the way. */
  readonly isPureCallee?: (name: string) => boolean;
  /** Where it keeps what files were compiled to, so that a later process loads them faster; only this user may write there. */
  readonly compiledFolder?: string;
}

export interface EvaluateRequest {
  readonly evaluationId: string;
  readonly file: string;
  /** The editor's text, saved or not. */
  readonly text: string;
  /** The chosen range, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** Loads the file with this text; the range does not matter then. */
  readonly whole?: "file";
  /** Evaluates only what the range needs and was never evaluated, effects and all. */
  readonly needs?: boolean;
  /** Whether the names of `re-ops` are there without an import, as on the command line. */
  readonly prelude?: boolean;
  /** Told of every form of a range but the last, whose value is the result; the next form waits for it. */
  readonly onForm?: (evaluated: Evaluated) => void | Promise<void>;
}

export type EvaluateResult =
  | (Evaluated & { readonly kind: "value"; readonly note?: string })
  | { readonly kind: "error"; readonly error: EvaluationError };

export interface Evaluator {
  /** Never rejects: a mistake in the program is an `error` result. */
  evaluate(request: EvaluateRequest): Promise<EvaluateResult>;
  /** Loads a file, with the given text or its own. */
  load(file: string, text?: string): Promise<EvaluateResult>;
  /** Says where an error, such as the reason of a rejected value, comes from; the range is for one that does not say. */
  explain(
    error: unknown,
    range: Span & { readonly file: string; readonly text: string },
  ): EvaluationError;
  /** Evaluates anew what changed on disk, or all; rejects with a `RefreshFailure`, and has changed nothing then. */
  refresh(which: { readonly all: boolean }): Promise<RefreshReport>;
  /** The value of a `once` in the running code. */
  once<T>(make: () => T): T;
  /** The `let` bindings that have a value. */
  letNames(): { file: string; names: string[] }[];
  /** How forms stand that stood otherwise when this was asked last. */
  takeStandings(): StandingChange[];
  /**
   * Disposes what all files hold by `using` and `import.meta.dispose`, what was taken by the newest file first; gives
   * what went wrong, and never rejects.
   */
  disposeHeld(): Promise<readonly unknown[]>;
  /** Resolves when all that was compiled so far is kept in its folder, or cannot be. */
  keptAll(): Promise<void>;
  dispose(): void;
}

/** Takes over the console, the meaning of `re-ops` and the positions in stack traces of its process until it is disposed. */
export function createEvaluator(options: EvaluatorOptions): Evaluator {
  return new LiveEvaluator(options);
}

/** What works together once the exports of `re-ops` are there. */
interface Parts {
  readonly nodeModules: NodeModules;
  readonly resolver: Resolver;
  readonly importer: Importer;
  readonly runner: Runner;
  readonly loader: Loader;
  readonly refresher: Refresher;
}

class LiveEvaluator implements Evaluator {
  readonly #options: EvaluatorOptions;
  readonly #files = new LiveFiles();
  readonly #documents = new RecentDocuments(MOST_DOCUMENTS);
  readonly #onceValues = new OnceValues();
  readonly #captured: { dispose(): void };
  readonly #standings: Standings;
  readonly #frameLimit = Error.stackTraceLimit;
  readonly #kept: KeptFiles | undefined;
  readonly #wholeFiles: WholeFiles;
  #parts: Promise<Parts> | undefined;
  #exported: readonly string[] = [];

  constructor(options: EvaluatorOptions) {
    this.#options = options;
    this.#standings = new Standings(options.onStandings ?? (() => {}));
    const { compiledFolder: folder } = options;
    this.#kept = folder === undefined ? undefined : openKeptFiles(folder);
    this.#wholeFiles = new WholeFiles(this.#kept);
    this.#captured = captureConsole(options);
    module.setSourceMapsSupport(true, { nodeModules: false, generatedCode: true });
    // A user's frame behind those of a package must not be lost.
    Error.stackTraceLimit = Math.max(Error.stackTraceLimit, FRAMES);
  }

  async evaluate(request: EvaluateRequest): Promise<EvaluateResult> {
    if (request.whole === "file") return this.load(request.file, request.text);
    const document = this.#documents.read(realFile(request.file), request.text);
    return this.#attempt(document, request, async ({ loader, runner, importer }) => {
      const selected = select(document, request);
      if (selected.kind === "mistake") throw selected.mistake;
      const file = this.#files.get(document.file);
      file.onDisk.look(file.path);
      file.declarations.text = document.text;
      const { prelude = false, onForm = () => undefined } = request;
      const task = { file, document, runner, importer, prelude, onForm };
      const work = request.needs === true ? evaluateNeeds : evaluateSelected;
      return loader.workOn(file, () => work(task, selected));
    });
  }

  async load(file: string, text?: string): Promise<EvaluateResult> {
    const path = realFile(file);
    try {
      return await this.#load(this.#wholeFiles.read(path, text ?? readSource(path)));
    } catch (error) {
      return {
        kind: "error",
        error: this.explain(error, { file: path, text: "", start: 0, end: 0 }),
      };
    }
  }

  explain(error: unknown, range: Span & { file: string; text: string }): EvaluationError {
    const document = this.#documents.read(realFile(range.file), range.text);
    const place = { file: document.file, range: document.rangeOf(range) };
    const originOf = (file: string) => this.#originOf(file);
    return diagnose(error, { place, originOf, exported: this.#exported });
  }

  letNames(): { file: string; names: string[] }[] {
    return this.#files
      .all()
      .map(({ path, bindings, scratch }) => ({
        file: path,
        names: [...bindings.stateNames(), ...scratch.stateNames()],
      }))
      .filter(({ names }) => names.length > 0);
  }

  takeStandings(): StandingChange[] {
    return this.#standings.take();
  }

  async disposeHeld(): Promise<readonly unknown[]> {
    const mistakes: unknown[] = [];
    for (const file of this.#files.all().toReversed()) {
      mistakes.push(...(await file.held.disposeAll()));
    }
    return mistakes;
  }

  async refresh(which: { readonly all: boolean }): Promise<RefreshReport> {
    const { refresher, resolver } = await (this.#parts ??= this.#assemble());
    resolver.forget();
    return refresher.refresh(which);
  }

  once<T>(make: () => T): T {
    return this.#onceValues.once(make);
  }

  async keptAll(): Promise<void> {
    await this.#kept?.settled();
  }

  dispose(): void {
    this.#captured.dispose();
    Error.stackTraceLimit = this.#frameLimit;
    void this.#parts?.then(
      ({ nodeModules }) => nodeModules.dispose(),
      () => undefined, // nothing was connected
    );
  }

  #load(document: SourceDocument): Promise<EvaluateResult> {
    return this.#attempt(document, { start: 0, end: 0 }, async ({ loader }) => {
      const file = this.#files.get(document.file);
      file.onDisk.look(file.path);
      const { removed } = await loader.load(file, document);
      const names = document.forms.flatMap((form) => form.names);
      const note =
        removed.length === 0 ? {} : { note: `gone from the file: ${removed.join(", ")}` };
      return { box: { value: undefined }, statement: "declaration", names, ...note };
    });
  }

  async #attempt(
    document: SourceDocument,
    { start, end }: Span,
    work: (parts: Parts) => Promise<Evaluated & { note?: string }>,
  ): Promise<EvaluateResult> {
    try {
      const parts = await (this.#parts ??= this.#assemble());
      parts.resolver.forget();
      parts.resolver.demandLive(document.file);
      return { kind: "value", ...(await work(parts)) };
    } catch (error) {
      const { file, text } = document;
      return { kind: "error", error: this.explain(error, { file, text, start, end }) };
    }
  }

  async #assemble(): Promise<Parts> {
    const { projectFolder, isPureCallee = describesOnly, onPublish = () => {} } = this.#options;
    const reops = await this.#options.reopsExports();
    this.#exported = Object.keys(reops);
    const own = { "re-ops": reops, "re-ops/live": workflow };
    const nodeModules = connectNodeModules(own);
    const isOwn = (specifier: string) => Object.hasOwn(own, specifier);
    const tsconfigs = createTsconfigs();
    const resolver = createResolver(projectFolder, nodeModules, isOwn, tsconfigs);
    const jsonFiles = new JsonFiles();
    const wholeFiles = this.#wholeFiles;
    const loader: Loader = new Loader(() => runner, wholeFiles);
    const importer = new Importer({
      files: this.#files,
      resolver,
      nodeModules,
      own,
      jsonFiles,
      warn: (text) => {
        this.#options.onConsole(this.#options.evaluationIdOf() ?? "", "err", `${text}\n`);
      },
      ensureLoaded: (file) => loader.ensureLoaded(file),
    });
    const resolve = (specifier: string, file: string) => nodeModules.resolve(specifier, file);
    const onceValues = this.#onceValues;
    const runner = new Runner({
      importer,
      resolve,
      isPureCallee,
      onPublish,
      onceValues,
      wholeFiles,
      standings: this.#standings,
      olderDecorators: (file) => tsconfigs.olderDecorators(file),
    });
    const refresher = new Refresher({
      projectFolder,
      files: this.#files,
      jsonFiles,
      importer,
      runner,
      loader,
      onceValues,
      standings: this.#standings,
      explain: (error, file) => this.explain(error, { file, text: "", start: 0, end: 0 }),
    });
    return { nodeModules, resolver, importer, runner, loader, refresher };
  }

  #originOf(file: string): Origin {
    if (this.#files.has(file)) return "user";
    if (file.startsWith(fileURLToPath(new URL("..", import.meta.url)))) return "other";
    if (file.includes(`${path.sep}node_modules${path.sep}`)) return "package";
    return file.startsWith(this.#options.projectFolder + path.sep) ? "user" : "other";
  }
}

function openKeptFiles(folder: string): KeptFiles | undefined {
  try {
    return new KeptFiles({ folder, now: Date.now });
  } catch {
    return undefined; // a folder that cannot be read, a compiler that is being replaced: all works without, and slower
  }
}

/** Frames that V8 keeps of an error. */
const FRAMES = 50;

/** Texts that stay parsed; a syntax tree is large. */
const MOST_DOCUMENTS = 8;

/** A file need not exist: a text that was never saved has a name all the same. */
function realFile(file: string): string {
  try {
    return realpathSync.native(file);
  } catch {
    return path.resolve(file);
  }
}
