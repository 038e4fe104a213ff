// Values of `once(…)`: made the first time their declaration is evaluated, kept for as long as this process lives.
import { AsyncLocalStorage } from "node:async_hooks";
import { callSite, type Place } from "../../describe/place.ts";
import { ProgramError } from "../../describe/program-error.ts";
import type { SourceDocument } from "../text/document.ts";
import type { Form } from "../text/form.ts";
import { boundNames, contains } from "../text/nodes.ts";
import type { Box } from "../values/box.ts";

interface Running {
  readonly document: SourceDocument;
  readonly form: Form;
}

export class OnceValues {
  /** By file, then by name; blocks for the cursor have names of their own. */
  readonly #values = new Map<string, Map<string, Box>>();
  readonly #running = new AsyncLocalStorage<Running>();

  /** Runs the code of a form, so that a `once` in it knows its declaration. */
  inForm<T>(document: SourceDocument, form: Form, body: () => T): T {
    return this.#running.run({ document, form }, body);
  }

  once<T>(make: () => T): T {
    const running = this.#running.getStore();
    const name = running && nameAt(running);
    if (running === undefined || name === undefined) throw misplaced();
    const { file } = running.document;
    const key = running.form.inRepl ? `repl ${name}` : name;
    const values = this.#values.get(file) ?? new Map<string, Box>();
    this.#values.set(file, values);
    const known = values.get(key) ?? { value: make() };
    values.set(key, known);
    return known.value as T;
  }

  /** All values of a file that is no more. */
  forget(file: string): void {
    this.#values.delete(file);
  }
}

/** The name whose declaration the caller stands in. */
function nameAt({ document, form }: Running): string | undefined {
  const place = callSite();
  if (place?.file !== document.file) return undefined;
  const at = offsetOf(document.text, place);
  const span = { start: at, end: at };
  for (const node of form.nodes) {
    if (!contains(node, span)) continue;
    const isExport =
      node.type === "ExportNamedDeclaration" || node.type === "ExportDefaultDeclaration";
    const declaration = isExport ? node.declaration : node;
    if (node.type === "ExportDefaultDeclaration") return "default";
    if (declaration?.type !== "VariableDeclaration") return undefined;
    const declarator = declaration.declarations.find((one) => contains(one, span));
    return declarator && boundNames(declarator.id).join(", ");
  }
  return undefined;
}

function offsetOf(text: string, { line, column }: Place): number {
  let start = 0;
  for (let passed = 1; passed < line; passed += 1) start = text.indexOf("\n", start) + 1;
  return start + column - 1;
}

function misplaced(): ProgramError {
  const place = callSite();
  return new ProgramError(
    "once(…) must stand where a top-level declaration of its own file gets its value",
    "write `const name = once(() => …)` at the top level, and use the name",
    place === undefined ? {} : { place },
  );
}
