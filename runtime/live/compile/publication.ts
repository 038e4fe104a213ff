// What a form declares or gives, handed over right where it is there. `context` is what the code calls its `FormContext`.
import type { Form } from "../text/form.ts";
import { boundNames } from "../text/nodes.ts";
import type { Node, Span, VariableDeclaration } from "../text/syntax.ts";
import type { Edit } from "./translate.ts";

/** Keeps each declaration, so that names are inferred as ever, and publishes what it declared right after it. */
export function publish(edit: Edit, form: Form, context: string): void {
  new Publication(edit, form, context).write();
}

/** Leaves the value of an expression with the context: not returned, so that no promise meets it. */
export function deliver(edit: Edit, { start, end }: Span, context: string): void {
  edit.before(start, `${context}.value = (`);
  edit.after(end, `)`);
}

class Publication {
  readonly #edit: Edit;
  readonly #form: Form;
  readonly #context: string;

  constructor(edit: Edit, form: Form, context: string) {
    this.#edit = edit;
    this.#form = form;
    this.#context = context;
  }

  write(): void {
    const { nodes, names, kind } = this.#form;
    for (const [index, node] of nodes.entries()) {
      const next = nodes[index + 1];
      if (next !== undefined) this.#edit.replace({ start: node.end, end: next.start }, "\n");
      this.#writeStatement(node);
    }
    if (["function", "class", "enum", "namespace", "alias"].includes(kind)) {
      this.#edit.after(this.#form.end, `\n;${this.#publish(names)}`);
    }
  }

  #writeStatement(node: Node): void {
    switch (node.type) {
      case "ExpressionStatement":
        deliver(this.#edit, node.expression, this.#context);
        return;
      case "ExportNamedDeclaration":
        if (node.declaration === null) return;
        this.#edit.remove({ start: node.start, end: node.declaration.start });
        this.#writeStatement(node.declaration);
        return;
      case "ExportDefaultDeclaration":
        this.#writeDefault(node);
        return;
      case "VariableDeclaration":
        this.#keepUsed(node);
        for (const [index, { id, end }] of node.declarations.entries()) {
          const next = node.declarations[index + 1];
          const published = `;${this.#publish(boundNames(id))}`;
          if (next === undefined) this.#edit.after(end, published);
          else
            this.#edit.replace(
              { start: end, end: next.start },
              `${published}${isUsing(node) ? "const" : node.kind} `,
            );
        }
        return;
      default:
    }
  }

  /** The scope of a form ends with it: what `using` takes is to live on. */
  #keepUsed(node: VariableDeclaration): void {
    if (!isUsing(node)) return;
    const [first] = node.declarations;
    if (first !== undefined) this.#edit.replace({ start: node.start, end: first.start }, "const ");
    for (const { init } of node.declarations) {
      if (init === null) continue;
      this.#edit.before(init.start, `${this.#context}.using((`);
      this.#edit.after(init.end, `), ${String(node.kind === "await using")})`);
    }
  }

  #writeDefault({ start, end, declaration }: Node & { type: "ExportDefaultDeclaration" }): void {
    if (declaration.type === "TSDeclareFunction") {
      this.#edit.remove({ start, end });
      return;
    }
    const keyword = { start, end: declaration.start };
    if (this.#form.kind !== "default") {
      this.#edit.remove(keyword);
      return;
    }
    this.#edit.replace(keyword, `${this.#context}.publish({ default: `);
    const decorators = declaration.type === "ClassDeclaration" ? declaration.decorators : [];
    for (const decorator of decorators) {
      if (decorator.start < start) this.#edit.move(decorator, declaration.start);
    }
    this.#edit.remove({ start: declaration.end, end });
    this.#edit.after(declaration.end, ` });`);
  }

  #publish(names: readonly string[]): string {
    return `${this.#context}.publish({ ${names.join(", ")} });`;
  }
}

function isUsing({ kind }: VariableDeclaration): boolean {
  return kind === "using" || kind === "await using";
}
