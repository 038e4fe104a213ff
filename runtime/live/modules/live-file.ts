// What the live process knows of one file of the project: its bindings, its exports, what of it was evaluated.
import { pathToFileURL } from "node:url";
import { Bindings } from "./bindings.ts";
import { CompiledPieces } from "../compile/compiled-pieces.ts";
import { Declarations } from "./declarations.ts";
import { DiskText } from "../refresh/disk-text.ts";
import { HeldResources } from "./held-resources.ts";
import { LiveModule } from "./modules.ts";

export class LiveFile {
  readonly path: string;
  /** Its `file:` address. */
  readonly url: string;
  readonly bindings: Bindings;
  /** Names of its `import.meta.repl` blocks: never exported. */
  readonly scratch: Bindings;
  readonly module: LiveModule;
  /** The text of each form that was evaluated: an import of the file must not do its effects again. */
  readonly evaluated = new Set<string>();
  readonly held = new HeldResources();
  readonly compiled = new CompiledPieces();
  readonly declarations: Declarations;
  /** Whether all of it was evaluated at least once, as an import needs it. */
  isLoaded = false;
  /** What stood on disk when code of it was evaluated last. */
  readonly onDisk = new DiskText();

  constructor(path: string) {
    this.path = path;
    this.url = pathToFileURL(path).href;
    this.declarations = new Declarations(path);
    this.bindings = new Bindings(path, () => this.declarations.lines(false));
    this.scratch = new Bindings(path, () => this.declarations.lines(true));
    this.module = new LiveModule(path);
  }

  /** Remembers its names, values and exports; what is returned puts them back. */
  remember(): () => void {
    const putBack = [this.bindings.remember(), this.module.remember()];
    const evaluated = [...this.evaluated];
    const { isLoaded } = this;
    const { text } = this.declarations;
    return () => {
      for (const put of putBack) put();
      this.evaluated.clear();
      for (const one of evaluated) this.evaluated.add(one);
      this.declarations.text = text;
      this.isLoaded = isLoaded;
    };
  }
}

/** The live files of one evaluator. */
export class LiveFiles {
  readonly #files = new Map<string, LiveFile>();

  get(path: string): LiveFile {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    const file = new LiveFile(path);
    this.#files.set(path, file);
    return file;
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  all(): LiveFile[] {
    return [...this.#files.values()];
  }
}
