// JSON files of the project that were imported: what importers read is the text as it was read last.
import path from "node:path";
import { readSource } from "../refresh/disk-text.ts";
import type { Versioned } from "./bindings.ts";
import type { Module } from "./modules.ts";

export class JsonFiles {
  readonly #files = new Map<string, JsonFile>();

  /** The module of a file that Node has accepted as JSON. */
  open(file: string): Module {
    const known = this.#files.get(file);
    if (known !== undefined) return known;
    const opened = new JsonFile(file, readSource(file));
    this.#files.set(file, opened);
    return opened;
  }

  all(): JsonFile[] {
    return [...this.#files.values()];
  }
}

export class JsonFile implements Module, Versioned {
  readonly path: string;
  readonly namespace: object;
  readonly label: string;
  /** Grows each time that it is read. */
  version = 0;
  #text: string | undefined;
  #value: unknown;

  constructor(file: string, text: string) {
    this.path = file;
    this.label = path.basename(file);
    this.replace(text);
    const module: object = Object.create(null) as object;
    Object.defineProperty(module, Symbol.toStringTag, { value: "Module" });
    const read = () => this.read("default");
    this.namespace = Object.defineProperty(module, "default", { enumerable: true, get: read });
  }

  /** Absent once the file was deleted. */
  get text(): string | undefined {
    return this.#text;
  }

  /** `undefined`: the file is no more. Throws, and changes nothing, when the text is no JSON. */
  replace(text: string | undefined): void {
    this.#value = text === undefined ? undefined : parseJson(text);
    this.#text = text;
    this.version += 1;
  }

  has(name: string): boolean {
    return name === "default";
  }

  names(): string[] {
    return ["default"];
  }

  originOf(name: string): Versioned | undefined {
    return this.has(name) ? this : undefined;
  }

  read(name: string): unknown {
    if (name !== "default") throw new SyntaxError(`${this.label} does not export \`${name}\``);
    if (this.#text === undefined) throw new ReferenceError(`${this.label} was deleted`);
    return this.#value;
  }
}

/** A byte order mark is no part of JSON, and editors write it all the same. */
export function parseJson(text: string): unknown {
  return JSON.parse(text.replace(/^\uFEFF/, ""));
}
