// Imports and export lists: modules are opened when they are needed, names are looked up when they are read.
import { createRequire } from "node:module";
import type { Form } from "../text/form.ts";
import type { JsonFiles } from "./json-files.ts";
import type { LiveFile, LiveFiles } from "./live-file.ts";
import type { Imported } from "../text/module-syntax.ts";
import { foreignModule } from "./modules.ts";
import type { Module } from "./modules.ts";
import type { NodeModules } from "./node-modules.ts";
import { PackagesOnDisk } from "./packages-on-disk.ts";
import type { Resolver, Target } from "./resolve.ts";

export interface ImporterOptions {
  readonly files: LiveFiles;
  readonly resolver: Resolver;
  readonly nodeModules: NodeModules;
  /** What we answer ourselves, by specifier: `re-ops`, `re-ops/live`. */
  readonly own: Readonly<Record<string, object>>;
  readonly jsonFiles: JsonFiles;
  /** Tells whoever evaluates. */
  readonly warn: (text: string) => void;
  /** Sees to it that a live file is loaded, or on its way when the imports are circular. */
  readonly ensureLoaded: (file: LiveFile) => Promise<void>;
}

type Attributes = Readonly<Record<string, string>>;

export class Importer {
  readonly #options: ImporterOptions;
  readonly #own: ReadonlyMap<string, Module>;
  readonly #packages = new PackagesOnDisk();

  constructor(options: ImporterOptions) {
    this.#options = options;
    const modules = Object.entries(options.own);
    this.#own = new Map(modules.map(([name, exports]) => [name, foreignModule(exports, name)]));
  }

  /** Evaluates an import: opens its module and binds its names. */
  async bind(file: LiveFile, form: Form): Promise<void> {
    const imported = form.imported;
    if (imported === undefined) return;
    if (imported.isRequire) return this.#bindRequired(file, imported);
    const module = await this.open(imported.specifier, file.path, imported.attributes);
    for (const { local, imported: name } of imported.bindings) {
      const read = () => (name === "*" ? module.namespace : module.read(name));
      const origin = (member?: string) => {
        const exported = name === "*" ? member : name;
        return exported === undefined ? undefined : module.originOf(exported);
      };
      file.bindings.bindImport(local, importKey(imported, local), read, origin);
    }
  }

  /** Evaluates an export list: what it names is looked up when it is read. */
  async export(file: LiveFile, form: Form): Promise<void> {
    const exported = form.exported;
    if (exported?.source === undefined) return;
    const { specifier, attributes } = exported.source;
    const source = await this.open(specifier, file.path, attributes);
    if (exported.isStar) file.module.exportStar(specifier, source);
    for (const one of exported.entries) file.module.exportFrom(one.exported, source, one.imported);
  }

  /** What an import, or an export list that passes names on, means; throws when there is no such module. */
  target(file: LiveFile, form: Form): Target | undefined {
    const specifier = form.imported?.specifier ?? form.exported?.source?.specifier;
    return specifier === undefined
      ? undefined
      : this.#options.resolver.resolve(specifier, file.path);
  }

  /** Binds names of our own that nothing declares, for a text without imports. */
  bindPrelude(file: LiveFile, names: Iterable<string>): void {
    for (const name of names) {
      const module = [...this.#own.values()].find((one) => one.has(name));
      if (module === undefined || file.bindings.isEvaluated(name)) continue;
      file.bindings.bindImport(name, "prelude", () => module.read(name));
    }
  }

  /** Never a namespace: a module that exports `then` must not be awaited. */
  async open(specifier: string, from: string, attributes: Attributes): Promise<Module> {
    const { files, resolver, nodeModules, jsonFiles, ensureLoaded } = this.#options;
    const own = this.#own.get(specifier);
    if (own !== undefined) return own;
    const target = resolver.resolve(specifier, from);
    if (target.kind === "live") {
      const file = files.get(target.file);
      await ensureLoaded(file);
      return file.module;
    }
    if (target.kind === "node") this.#lookAtDisk(target);
    const { namespace } = await nodeModules.load(target.specifier, from, attributes);
    if (target.kind === "json") return jsonFiles.open(target.file);
    return foreignModule(namespace, specifier);
  }

  #lookAtDisk({ specifier, file }: Extract<Target, { kind: "node" }>): void {
    const warning = file === undefined ? undefined : this.#packages.look(specifier, file);
    if (warning !== undefined) this.#options.warn(warning);
  }

  async #bindRequired(file: LiveFile, imported: Imported): Promise<void> {
    const { specifier, bindings } = imported;
    const target = this.#options.resolver.resolve(specifier, file.path);
    const value: unknown =
      target.kind === "node" || target.kind === "json"
        ? createRequire(file.path)(target.specifier)
        : (await this.open(specifier, file.path, {})).namespace;
    for (const { local } of bindings) {
      file.bindings.bindImport(local, importKey(imported, local), () => value);
    }
  }
}

/** What tells an import from an edited one of the same name. */
export function importKey({ specifier, attributes, bindings }: Imported, local: string): string {
  const binding = bindings.find((one) => one.local === local);
  return JSON.stringify([specifier, attributes, binding?.imported]);
}
