// Evaluates one form of a file, and before it what it needs and has no effects.
import path from "node:path";
import { ClassVersions } from "./modules/class-versions.ts";
import { compile } from "./compile/compile.ts";
import type { WholeFiles } from "./compile/whole-files.ts";
import { refuseOlderDecorators } from "./compile/older-decorators.ts";
import type { Executable, FormContext } from "./compile/compiled-pieces.ts";
import type { SourceDocument } from "./text/document.ts";
import { failAt, thrownBy } from "./mistakes/failure.ts";
import type { Form } from "./text/form.ts";
import { type Dispose, disposerOf, holderOf, reportMistakes } from "./modules/held-resources.ts";
import { importKey } from "./modules/imports.ts";
import type { Importer } from "./modules/imports.ts";
import { outlive } from "./interrupt/outlive.ts";
import type { LiveFile } from "./modules/live-file.ts";
import { mistakeAt } from "./text/source-mistake.ts";
import type { SourceMistake } from "./text/source-mistake.ts";
import { contains } from "./text/nodes.ts";
import type { OnceValues } from "./modules/once.ts";
import { isPure } from "./text/purity.ts";
import type { IsPureCallee } from "./text/purity.ts";
import type { Piece } from "./compile/rewrite.ts";
import type { Box } from "./values/box.ts";
import type { Attempt, Standings } from "./standing/standings.ts";

export interface RunnerOptions {
  readonly importer: Importer;
  readonly resolve: (specifier: string, file: string) => string;
  readonly isPureCallee: IsPureCallee;
  readonly onPublish: (value: unknown) => void;
  readonly standings: Standings;
  readonly onceValues: OnceValues;
  readonly wholeFiles: WholeFiles;
  /** The tsconfig.json by which decorators of a file are of the older kind. */
  readonly olderDecorators: (file: string) => string | undefined;
}

export interface PieceResult {
  readonly box: Box;
  /** How its form stands by it. */
  readonly attempt: Attempt | undefined;
}

interface Manner {
  /** As part of its whole file. */
  readonly isLoad: boolean;
  /** What the form was compiled to already. */
  readonly executable?: Executable | undefined;
}

export class Runner {
  readonly #options: RunnerOptions;
  readonly #classVersions = new ClassVersions();
  #versions = 0;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Compiles in one piece what it can of forms that are to be run as parts of their file. */
  compileTogether(file: LiveFile, document: SourceDocument, forms: readonly Form[]) {
    const { wholeFiles } = this.#options;
    return wholeFiles.compile(file, document, forms, () => (this.#versions += 1));
  }

  /** Evaluates a form, or one expression of it, and nothing else. */
  async run(
    file: LiveFile,
    document: SourceDocument,
    piece: Piece,
    manner: Manner = { isLoad: false },
  ): Promise<PieceResult> {
    const { form, expression } = piece;
    const attempt = this.#options.standings.begin(file, piece);
    try {
      const box =
        expression === undefined
          ? await this.#runWhole(file, document, form, manner)
          : await this.#execute(file, document, piece, manner);
      if (expression === undefined) {
        file.evaluated.add(form.text);
        file.onDisk.evaluated(form, document.text);
      }
      attempt?.succeed();
      return { box, attempt };
    } catch (error) {
      attempt?.fail();
      throw failAt(error, document, expression ?? form);
    }
  }

  /** Evaluates the imports and pure declarations that a piece needs and that never were; returns them in that order. */
  async prepare(
    file: LiveFile,
    document: SourceDocument,
    piece: Piece,
    { withEffects = false } = {},
  ): Promise<readonly Form[]> {
    const done: Form[] = [];
    for (const form of this.#needed(file, document, piece, withEffects)) {
      if (this.#isEvaluated(file, form)) continue;
      await this.run(file, document, { form });
      done.push(form);
    }
    return done;
  }

  /** Says that a file has these names no more. */
  forget(file: LiveFile, names: readonly string[]): void {
    for (const name of names) file.bindings.remove(name);
    this.#options.standings.remove(file, names);
  }

  /** Refuses what is sure to fail before any of its code runs: mistakes of syntax, imports that lead nowhere. */
  check(file: LiveFile, document: SourceDocument, form: Form): void {
    try {
      if (form.kind === "unsupported") throw notOfModules(document, form);
      if (form.kind === "types" || form.kind === "repl") return;
      if (form.kind === "import" || form.kind === "export")
        this.#options.importer.target(file, form);
      else this.#compile(file, document, { form });
    } catch (error) {
      throw failAt(error, document, form);
    }
  }

  /** Says which names a form exports, before any of its code runs. */
  declareExports(file: LiveFile, form: Form): void {
    const { names, isExported, isDefault } = form.declared;
    const { module, bindings } = file;
    for (const name of form.inRepl ? [] : names) {
      if (isDefault) module.exportBinding("default", bindings, name, "declaration");
      else if (isExported) module.exportBinding(name, bindings, name, "declaration");
      else module.withdraw(name);
    }
    const list = form.kind === "export" ? form.exported : undefined;
    if (list === undefined || list.source !== undefined) return;
    for (const one of list.entries) {
      module.exportBinding(one.exported, bindings, one.imported, "list");
    }
  }

  async #runWhole(
    file: LiveFile,
    document: SourceDocument,
    form: Form,
    manner: Manner,
  ): Promise<Box> {
    const { importer } = this.#options;
    if (!manner.isLoad) this.declareExports(file, form); // a load has declared all of them
    switch (form.kind) {
      case "types":
        return { value: undefined };
      case "import":
        await importer.bind(file, form);
        return { value: undefined };
      case "export":
        await importer.export(file, form);
        return { value: undefined };
      case "unsupported":
        throw notOfModules(document, form);
      default:
        return this.#execute(file, document, { form }, manner);
    }
  }

  async #execute(
    file: LiveFile,
    document: SourceDocument,
    piece: Piece,
    manner: Manner,
  ): Promise<Box> {
    const execute = manner.executable ?? this.#compile(file, document, piece);
    const { form, expression } = piece;
    const holder = holderOf(piece, document.text);
    if (file.held.isHeldBy(holder)) reportMistakes(await file.held.disposeOf(holder));
    const hold = (dispose: Dispose) => {
      file.held.hold(holder, dispose);
    };
    const published: Record<string, unknown> = {};
    const metaOf = () => this.#metaOf(file, manner.isLoad);
    let meta: ImportMeta | undefined;
    const context: FormContext = {
      publish: (values) => {
        Object.assign(published, values);
        this.#publish(file, form, values);
      },
      using: (value, isAsync) => {
        const dispose = disposerOf(value, isAsync);
        if (dispose !== undefined) hold(dispose);
        return value;
      },
      get meta() {
        meta ??= { ...metaOf(), dispose: hold };
        return meta;
      },
      import: (specifier, options) => this.#importAtRunTime(file, specifier, options),
    };
    const evaluate = () => execute(file.bindings.scope, file.scratch.scope, context);
    if (form.kind === "function")
      await evaluate(); // none of the user's code runs
    else await this.#options.onceValues.inForm(document, form, () => outlive(evaluate));
    if (expression !== undefined || form.kind === "expression") return { value: context.value };
    if (Object.keys(published).length === 0) return { value: undefined }; // a loop, say
    const [name, ...others] = form.names;
    return { value: name === undefined || others.length > 0 ? published : published[name] };
  }

  #compile(file: LiveFile, document: SourceDocument, piece: Piece): Executable {
    refuseOlderDecorators(document, piece, this.#options.olderDecorators);
    return compile(file, document, piece, () => (this.#versions += 1));
  }

  #publish(file: LiveFile, form: Form, values: Readonly<Record<string, unknown>>): void {
    const { isMutable, isState } = form.declared;
    const bindings = form.inRepl ? file.scratch : file.bindings;
    for (const [name, value] of Object.entries(values)) {
      this.#classVersions.replace(name, bindings.valueOf(name), value);
      const changed = bindings.publish(name, value, { isMutable, isState, source: form.text });
      if (changed !== undefined) this.#options.standings.republished(changed);
      this.#options.onPublish(value);
    }
  }

  async #importAtRunTime(
    file: LiveFile,
    specifier: string,
    options?: ImportCallOptions,
  ): Promise<unknown> {
    try {
      const attributes = (options?.with ?? {}) as Record<string, string>;
      const module = await this.#options.importer.open(specifier, file.path, attributes);
      return module.namespace;
    } catch (error) {
      throw thrownBy(error);
    }
  }

  #metaOf({ path: file, url }: LiveFile, isLoad: boolean): ImportMeta {
    return {
      url,
      filename: file,
      dirname: path.dirname(file),
      main: false,
      resolve: (specifier: string) => this.#options.resolve(specifier, file),
      ...(isLoad ? {} : { repl: true }),
    };
  }

  /** Dependencies first. */
  #needed(file: LiveFile, document: SourceDocument, piece: Piece, withEffects: boolean): Form[] {
    const needed: Form[] = [];
    const seen = new Set<Form>();
    const visit = (name: string, inRepl: boolean) => {
      const form = document.declaring(name, inRepl);
      if (form === undefined || seen.has(form) || this.#isEvaluated(file, form)) return;
      seen.add(form);
      if (form.kind !== "import") {
        const isTaken = withEffects || isPure(form, document, this.#options.isPureCallee);
        if (!isTaken) return;
        for (const read of form.reading.names) visit(read, form.inRepl);
      }
      needed.push(form);
    };
    if (piece.expression === undefined) seen.add(piece.form);
    for (const name of namesReadBy(piece)) visit(name, piece.form.inRepl);
    return needed;
  }

  #isEvaluated(file: LiveFile, form: Form): boolean {
    const imported = form.kind === "import" ? form.imported : undefined;
    if (imported !== undefined) {
      return form.names.every((name) =>
        file.bindings.isImportedFrom(name, importKey(imported, name)),
      );
    }
    const bindings = form.inRepl ? file.scratch : file.bindings;
    return form.names.every((name) => bindings.isEvaluated(name));
  }
}

function notOfModules(document: SourceDocument, form: Form): SourceMistake {
  return mistakeAt(document, form, "Only CommonJS modules have this", {
    next: "Write `export default`, or `export` before the declaration.",
  });
}

/** Every name that a piece reads, also in functions that it only defines. */
export function namesReadBy({ form, expression }: Piece): Iterable<string> {
  if (expression === undefined) return form.reading.names;
  const inside = form.reading.free.filter(({ node }) => contains(expression, node));
  const names = inside.map(({ name }) => name);
  // The name of a declaration may be selected itself.
  if (expression.type === "Identifier") names.push(expression.name);
  return new Set(names);
}
