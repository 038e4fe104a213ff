// The live bindings of one file, or of its `import.meta.repl` blocks: rewritten code reads and writes them on `scope`.
import path from "node:path";
import { UnevaluatedName, UnknownName } from "../mistakes/missing-name.ts";

/** Reads an import through the module that exports it, each time anew. */
export type ReadImport = () => unknown;

/** The line on which each name is declared. */
export type DeclaredLines = ReadonlyMap<string, number>;

/** What a name stands for in the end, in whichever file that is; its version grows when it is given another value. */
export interface Versioned {
  readonly version: number;
}

/** `member`: of a name that stands for a whole module. Undefined when a value of Node's or of a package is meant. */
export type FindOrigin = (member?: string) => Versioned | undefined;

export interface Published {
  readonly isMutable: boolean;
  /** Declared by `let` or `var`. */
  readonly isState: boolean;
  /** The text of the form that declared it. */
  readonly source: string;
}

type Binding =
  | { readonly state: "value"; readonly how: Published }
  | {
      readonly state: "import";
      readonly read: ReadImport;
      readonly from: string;
      readonly origin: FindOrigin;
    }
  | { readonly state: "none" };

/**
 * One per name for good, and of one shape: the accessor on `scope` is defined once, and V8 reads through it as fast as
 * it calls a local function.
 */
interface Cell extends Versioned {
  version: number;
  hasValue: boolean;
  value: unknown;
  binding: Binding;
}

export class Bindings {
  /** What rewritten code knows as `$file` or `$repl`. */
  readonly scope: object;
  readonly #file: string;
  readonly #declared: () => DeclaredLines;
  readonly #cells = new Map<string, Cell>();
  /** Asked for after every evaluation, which must not take longer in a long file. */
  readonly #stateNames = new Set<string>();

  /** `declared`: what the text of the file declares, evaluated or not. */
  constructor(file: string, declared: () => DeclaredLines = () => new Map()) {
    this.#file = file;
    this.#declared = declared;
    // A prototype of its own keeps inherited names out, and the object in its fast mode.
    const nothing = Object.freeze(Object.create(null) as object);
    this.scope = Object.create(nothing) as object;
  }

  /** Makes sure that reading a name that nothing declares gives what JavaScript gives. */
  mention(name: string): void {
    this.#cell(name);
  }

  /** What got another value by it, if it did. */
  publish(name: string, value: unknown, how: Published): Versioned | undefined {
    const cell = this.#cell(name);
    const isOther = !cell.hasValue || !Object.is(cell.value, value);
    if (isOther) cell.version += 1;
    this.#bind(name, { state: "value", how }, value);
    return isOther ? cell : undefined;
  }

  /** `from` tells this import from an edited one. */
  bindImport(name: string, from: string, read: ReadImport, origin: FindOrigin = NOWHERE): void {
    this.#bind(name, { state: "import", read, from, origin });
  }

  /** Undefined for a name without a value, and for one whose value never changes. */
  originOf(name: string, member?: string): Versioned | undefined {
    const cell = this.#cells.get(name);
    if (cell?.binding.state === "import") return cell.binding.origin(member);
    return cell?.hasValue === true ? cell : undefined;
  }

  /** The value that a form gave the name; not an import's. */
  valueOf(name: string): unknown {
    return this.#cells.get(name)?.value;
  }

  remove(name: string): void {
    this.#bind(name, { state: "none" });
  }

  isEvaluated(name: string): boolean {
    const state = this.#cells.get(name)?.binding.state;
    return state === "value" || state === "import";
  }

  isImportedFrom(name: string, from: string): boolean {
    const binding = this.#cells.get(name)?.binding;
    return binding?.state === "import" && binding.from === from;
  }

  /** The text of the form that gave `name` its value. */
  sourceOf(name: string): string | undefined {
    const binding = this.#cells.get(name)?.binding;
    return binding?.state === "value" ? binding.how.source : undefined;
  }

  read(name: string): unknown {
    this.mention(name);
    return (this.scope as Record<string, unknown>)[name];
  }

  /** Remembers every name with its value; what is returned puts them back. */
  remember(): () => void {
    const cells = [...this.#cells].map(([name, cell]) => ({ name, ...cell }));
    return () => {
      for (const name of this.#cells.keys()) this.remove(name);
      for (const { name, binding, value, version } of cells) {
        this.#bind(name, binding, value);
        this.#cell(name).version = version;
      }
    };
  }

  evaluatedNames(): string[] {
    return [...this.#cells.keys()].filter((name) => this.isEvaluated(name));
  }

  stateNames(): string[] {
    return [...this.#stateNames];
  }

  #bind(name: string, binding: Binding, value?: unknown): void {
    const cell = this.#cell(name);
    if (binding.state === "value" && binding.how.isState) this.#stateNames.add(name);
    else this.#stateNames.delete(name);
    cell.binding = binding;
    cell.value = value;
    cell.hasValue = binding.state === "value";
  }

  #cell(name: string): Cell {
    const known = this.#cells.get(name);
    if (known !== undefined) return known;
    const cell: Cell = {
      version: 0,
      hasValue: false,
      value: undefined,
      binding: { state: "none" },
    };
    this.#cells.set(name, cell);
    const get = () => (cell.hasValue ? cell.value : this.#readOther(name, cell.binding, get));
    const set = (value: unknown) => {
      const { binding } = cell;
      if (binding.state === "value" && binding.how.isMutable) cell.value = value;
      else this.#refuseAssignment(name, binding, value, set);
    };
    Object.defineProperty(this.scope, name, { enumerable: true, get, set });
    return cell;
  }

  /** `accessor`: an error begins at the code that used it. */
  #readOther(name: string, binding: Binding, accessor: Accessor): unknown {
    switch (binding.state) {
      case "value":
        return undefined;
      case "import":
        return binding.read();
      case "none": {
        const line = this.#declared().get(name);
        if (line !== undefined) throw from(accessor, this.#unevaluated(name, line));
        if (name in globalThis) return (globalThis as Record<string, unknown>)[name];
        throw this.#unknown(name, accessor, hintFor(name));
      }
    }
  }

  #unevaluated(name: string, line: number): Error {
    const where = `line ${line} of ${path.basename(this.#file)}`;
    const message = `\`${name}\` has not been evaluated yet: evaluate ${where} first`;
    return new UnevaluatedName(message, { name, file: this.#file, line });
  }

  #unknown(name: string, accessor: Accessor, hint = ""): Error {
    const known = () => this.#knownNames();
    return from(accessor, new UnknownName(`${name} is not defined${hint}`, name, known));
  }

  #knownNames(): string[] {
    return [...new Set([...this.evaluatedNames(), ...this.#declared().keys()])];
  }

  #refuseAssignment(name: string, binding: Binding, value: unknown, accessor: Accessor): void {
    switch (binding.state) {
      case "value": {
        const message = `Assignment to constant variable: \`${name}\` is not declared by \`let\``;
        throw from(accessor, new TypeError(message));
      }
      case "import": {
        const message = `Assignment to an import: only the module that exports \`${name}\` can change it`;
        throw from(accessor, new TypeError(message));
      }
      case "none":
        if (this.#declared().has(name)) this.#readOther(name, binding, accessor);
        if (!(name in globalThis)) throw this.#unknown(name, accessor);
        (globalThis as Record<string, unknown>)[name] = value;
    }
  }
}

const NOWHERE: FindOrigin = () => undefined;

type Accessor = (value: never) => unknown;

/** V8 keeps ten frames: none of them is to be ours. */
function from(accessor: Accessor, error: Error): Error {
  Error.captureStackTrace(error, accessor);
  return error;
}

function hintFor(name: string): string {
  if (name === "require") return ": in a module write `import`, or `import x = require(…)`";
  if (name === "module" || name === "exports") return ": in a module write `export`";
  if (name === "__filename") return ": in a module write `import.meta.filename`";
  if (name === "__dirname") return ": in a module write `import.meta.dirname`";
  return "";
}
