// Modules as importing code sees them: names that are looked up when they are read, never copied.
import path from "node:path";
import { inspect } from "node:util";
import type { Bindings, Versioned } from "./bindings.ts";
import { UnknownExport } from "../mistakes/missing-name.ts";

/** Not a namespace itself: one that exports `then` must never meet an `await`. */
export interface Module {
  /** What `import * as` gives. */
  readonly namespace: object;
  /** For messages: a file's name, a package's. */
  readonly label: string;
  has(name: string): boolean;
  read(name: string): unknown;
  names(): string[];
  /** The binding of a live file that an export reads; undefined for what never changes. */
  originOf(name: string): Versioned | undefined;
}

/** A module that Node loaded. */
export function foreignModule(namespace: object, label: string): Module {
  const names = namespace as Record<string, unknown>;
  return {
    namespace,
    label,
    has: (name) => Object.hasOwn(namespace, name),
    names: () => Object.keys(namespace),
    originOf: () => undefined,
    read(name) {
      if (!Object.hasOwn(namespace, name)) throw noSuchExport(this, name);
      return names[name];
    },
  };
}

/** The exports of a live file. */
export class LiveModule implements Module {
  readonly namespace: object;
  readonly label: string;
  readonly #exports = new Map<string, Export>();
  /** `export * from`, by specifier. */
  readonly #stars = new Map<string, Module>();
  /** The modules that pass these exports on by a star. */
  readonly #passedOnBy = new Set<LiveModule>();

  constructor(file: string) {
    this.label = path.basename(file);
    this.namespace = Object.create(null) as object;
    Object.defineProperty(this.namespace, Symbol.toStringTag, { value: "Module" });
    Object.defineProperty(this.namespace, inspect.custom, { value: () => this.#snapshot() });
  }

  /** Exports a binding of the file; the declaration itself says so, or a list. */
  exportBinding(name: string, bindings: Bindings, local: string, by: Export["by"]): void {
    const origin = () => bindings.originOf(local);
    this.#set(name, { by, read: () => bindings.read(local), origin });
  }

  /** Passes on an export of another module; `*` is the whole of it. */
  exportFrom(name: string, source: Module, imported: string): void {
    const read = () => (imported === "*" ? source.namespace : source.read(imported));
    const origin = () => (imported === "*" ? undefined : source.originOf(imported));
    this.#set(name, { by: "list", read, origin });
  }

  exportStar(specifier: string, source: Module): void {
    this.#stars.set(specifier, source);
    if (source instanceof LiveModule) source.#passedOnBy.add(this);
    for (const name of source.names()) if (name !== "default") this.#show(name);
  }

  /** A declaration was evaluated again without its `export`. */
  withdraw(name: string): void {
    if (this.#exports.get(name)?.by === "declaration") this.remove(name);
  }

  remove(name: string): void {
    this.#exports.delete(name);
    this.#hide(name);
  }

  /** Remembers what is exported; what is returned puts it back. */
  remember(): () => void {
    const own = new Map(this.#exports);
    const stars = new Map(this.#stars);
    return () => {
      this.clear();
      for (const [name, exported] of own) this.#set(name, exported);
      for (const [specifier, source] of stars) this.exportStar(specifier, source);
    };
  }

  /** Forgets what is exported, before the file is loaded anew. */
  clear(): void {
    const names = this.names();
    this.#exports.clear();
    this.#stars.clear();
    for (const name of names) this.#hide(name);
  }

  has(name: string): boolean {
    return this.#exports.has(name) || this.#starsWith(name).length > 0;
  }

  names(): string[] {
    const names = new Set(this.#exports.keys());
    for (const star of this.#stars.values()) {
      for (const name of star === this ? [] : star.names()) if (name !== "default") names.add(name);
    }
    return [...names];
  }

  read(name: string): unknown {
    const own = this.#exports.get(name);
    if (own !== undefined) return own.read();
    const [star, other] = this.#starsWith(name);
    if (star === undefined) throw noSuchExport(this, name, ADDED_LATELY);
    if (other !== undefined && star.read(name) !== other.read(name)) {
      const both = `${star.label} and ${other.label}`;
      throw new SyntaxError(
        `${this.label} exports \`${name}\` twice by \`export *\`: from ${both}`,
      );
    }
    return star.read(name);
  }

  originOf(name: string): Versioned | undefined {
    const own = this.#exports.get(name);
    return own === undefined ? this.#starsWith(name)[0]?.originOf(name) : own.origin();
  }

  #starsWith(name: string): Module[] {
    if (name === "default") return [];
    return [...this.#stars.values()].filter((star) => star !== this && star.has(name));
  }

  #set(name: string, exported: Export): void {
    this.#exports.set(name, exported);
    this.#show(name);
  }

  #show(name: string): void {
    if (Object.hasOwn(this.namespace, name)) return;
    Object.defineProperty(this.namespace, name, {
      configurable: true,
      enumerable: true,
      get: () => this.read(name),
      set: () => {
        throw new TypeError(`\`${name}\` can only be assigned in ${this.label}`);
      },
    });
    for (const outer of this.#passedOnBy) if (outer.has(name)) outer.#show(name);
  }

  #hide(name: string): void {
    if (this.has(name) || !Object.hasOwn(this.namespace, name)) return;
    Reflect.deleteProperty(this.namespace, name);
    for (const outer of this.#passedOnBy) outer.#hide(name);
  }

  /** For an inspector, which would otherwise show getters. */
  #snapshot(): object {
    const values: Record<string, unknown> = {};
    for (const name of this.names().sort()) {
      try {
        values[name] = this.read(name);
      } catch {
        values[name] = UNEVALUATED; // an inspector must never throw
      }
    }
    return Object.assign(Object.create({ constructor: { name: "Module" } }) as object, values);
  }
}

const UNEVALUATED = { [inspect.custom]: () => "<not evaluated>" };

interface Export {
  readonly by: "declaration" | "list";
  readonly read: () => unknown;
  readonly origin: () => Versioned | undefined;
}

const ADDED_LATELY = ": if it was added lately, evaluate it there first";

function noSuchExport(module: Module, name: string, hint = ""): SyntaxError {
  const message = `${module.label} does not export \`${name}\`${hint}`;
  return new UnknownExport(message, name, () => module.names());
}
