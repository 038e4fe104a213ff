// Whether evaluating a form does nothing but declare, so that it may be evaluated on the way to another one.
import type { SourceDocument } from "./document.ts";
import type { Form } from "./form.ts";
import { bareExpression } from "./nodes.ts";
import { childrenOf } from "./syntax.ts";
import type { BindingPattern, Class, Expression, Node, VariableDeclaration } from "./syntax.ts";

/** Whether a call of something that `re-ops` exports only describes. */
export type IsPureCallee = (name: string) => boolean;

const DESCRIBING = new Set(
  "Hosts sh secret operation exec sudo ls mkdir rm cp scpInto scpFrom grep ping limit pick successful failed unreachable timedOut ofKind convert pretty tap".split(
    " ",
  ),
);
/** Evaluating one does nothing. */
const HARMLESS = new Set<Node["type"]>([
  "Literal",
  "TemplateElement",
  "MetaProperty",
  "ArrowFunctionExpression",
  "FunctionExpression",
]);
/** Evaluating one does what evaluating its parts does. */
const AS_THEIR_PARTS = new Set<Node["type"]>([
  "ArrayExpression",
  "ObjectExpression",
  "SpreadElement",
  "TemplateLiteral",
  "BinaryExpression",
  "LogicalExpression",
  "ConditionalExpression",
  "ChainExpression",
  "SequenceExpression",
]);
const ALWAYS_PURE = new Set<Node["type"]>([
  "FunctionDeclaration",
  "TSDeclareFunction",
  "TSInterfaceDeclaration",
  "TSTypeAliasDeclaration",
  "TSImportEqualsDeclaration",
]);
/** Methods of a Hosts that give another one. */
const HOSTS_METHODS = new Set(["first", "only", "with"]);
const PURE_CONSTRUCTORS = new Set(["Map", "Set", "WeakMap", "WeakSet"]);

export function describesOnly(name: string): boolean {
  return DESCRIBING.has(name);
}

export function isPure(
  form: Form,
  document: SourceDocument,
  isPureCallee: IsPureCallee = describesOnly,
): boolean {
  return new Purity(document, isPureCallee).ofForm(form);
}

class Purity {
  readonly #document: SourceDocument;
  readonly #isPureCallee: IsPureCallee;
  /** Forms under inspection: one that needs itself is no worse for it. */
  readonly #seen = new Set<Form>();
  #inRepl = false;

  constructor(document: SourceDocument, isPureCallee: IsPureCallee) {
    this.#document = document;
    this.#isPureCallee = isPureCallee;
  }

  ofForm(form: Form): boolean {
    if (this.#seen.has(form)) return true;
    this.#seen.add(form);
    this.#inRepl = form.inRepl;
    if (["import", "export", "types"].includes(form.kind)) return true;
    return form.names.length > 0 && form.nodes.every((node) => this.#ofStatement(node));
  }

  #ofStatement(node: Node): boolean {
    if (ALWAYS_PURE.has(node.type)) return true;
    switch (node.type) {
      case "ExportNamedDeclaration":
        return node.declaration !== null && this.#ofStatement(node.declaration);
      case "ExportDefaultDeclaration":
        return this.#ofStatement(node.declaration);
      case "ClassDeclaration":
        return this.#ofClass(node);
      case "VariableDeclaration":
        return this.#ofVariables(node);
      case "TSEnumDeclaration":
        return node.body.members.every(
          ({ initializer }) => initializer === null || this.#of(initializer),
        );
      case "TSModuleDeclaration":
        return (node.body?.body ?? []).every((inner) => this.#ofStatement(inner));
      default:
        return this.#of(node);
    }
  }

  #ofVariables({ kind, declarations }: VariableDeclaration): boolean {
    if (kind === "using" || kind === "await using") return false;
    return declarations.every(
      ({ id, init }) => this.#ofPattern(id) && (init === null || this.#of(init)),
    );
  }

  #ofClass({ superClass, body, decorators }: Class): boolean {
    if (decorators.length > 0 || (superClass !== null && !this.#of(superClass))) return false;
    return body.body.every((member) => {
      if (member.type === "StaticBlock") return false;
      if (member.type === "TSIndexSignature") return true;
      if (member.decorators.length > 0 || !this.#ofKey(member.computed, member.key)) return false;
      if (member.type === "MethodDefinition" || member.type === "TSAbstractMethodDefinition")
        return true;
      return !member.static || member.value === null || this.#of(member.value);
    });
  }

  #ofPattern(pattern: BindingPattern): boolean {
    switch (pattern.type) {
      case "Identifier":
        return true;
      case "AssignmentPattern":
        return this.#ofPattern(pattern.left) && this.#of(pattern.right);
      case "ArrayPattern":
        return pattern.elements.every(
          (one) => one === null || this.#ofPattern(one.type === "RestElement" ? one.argument : one),
        );
      case "ObjectPattern":
        return pattern.properties.every((one) =>
          one.type === "RestElement"
            ? this.#ofPattern(one.argument)
            : this.#ofKey(one.computed, one.key) && this.#ofPattern(one.value),
        );
    }
  }

  #of(node: Node): boolean {
    if (HARMLESS.has(node.type)) return true;
    if (AS_THEIR_PARTS.has(node.type)) return childrenOf(node).every((child) => this.#of(child));
    switch (node.type) {
      case "ClassExpression":
        return this.#ofClass(node);
      case "Identifier":
        return this.#ofName(node.name);
      case "CallExpression":
      case "NewExpression":
      case "TaggedTemplateExpression":
        return this.#ofCall(node);
      case "MemberExpression":
        return this.#of(node.object) && this.#ofKey(node.computed, node.property);
      case "Property":
        return this.#ofKey(node.computed, node.key) && this.#of(node.value);
      case "UnaryExpression":
        return node.operator !== "delete" && this.#of(node.argument);
      default: {
        const bare = bareExpression(node);
        return bare !== node && this.#of(bare);
      }
    }
  }

  #ofKey(isComputed: boolean, key: Node): boolean {
    return !isComputed || this.#of(key);
  }

  #ofCall(node: Node & { type: `${"Call" | "New" | "TaggedTemplate"}Expression` }): boolean {
    if (node.type === "TaggedTemplateExpression") {
      return this.#isPureCall(node.tag) && this.#of(node.quasi);
    }
    const isKnown =
      this.#isPureCall(node.callee) ||
      this.#isHostsMethod(node.callee) ||
      (node.type === "NewExpression" && this.#isPureConstructor(node.callee));
    return isKnown && node.arguments.every((one) => this.#of(one));
  }

  /** Reading a name does nothing, unless what declares it must first be evaluated and does something. */
  #ofName(name: string): boolean {
    const form = this.#document.declaring(name, this.#inRepl);
    if (form === undefined) return true;
    const inRepl = this.#inRepl;
    const pure = this.ofForm(form);
    this.#inRepl = inRepl;
    return pure;
  }

  #isPureConstructor(callee: Expression): boolean {
    return (
      callee.type === "Identifier" &&
      PURE_CONSTRUCTORS.has(callee.name) &&
      this.#document.declaring(callee.name, this.#inRepl) === undefined
    );
  }

  /** Such as `web.with`, where `web` is a Hosts that a `const` of this file makes, and does nothing else. */
  #isHostsMethod(callee: Expression, seen: ReadonlySet<string> = new Set()): boolean {
    return (
      callee.type === "MemberExpression" &&
      callee.property.type === "Identifier" &&
      !callee.computed &&
      HOSTS_METHODS.has(callee.property.name) &&
      this.#isHosts(callee.object, seen) &&
      this.#of(callee.object)
    );
  }

  #isHosts(node: Expression, seen: ReadonlySet<string>): boolean {
    if (node.type === "NewExpression") return this.#nameInReops(node.callee) === "Hosts";
    if (node.type === "CallExpression") return this.#isHostsMethod(node.callee, seen);
    if (node.type !== "Identifier" || seen.has(node.name)) return false;
    const init = this.#constantOf(node.name);
    return init !== undefined && this.#isHosts(init, new Set([...seen, node.name]));
  }

  #constantOf(name: string): Expression | undefined {
    const nodes = this.#document.declaring(name, this.#inRepl)?.nodes ?? [];
    for (const node of nodes) {
      const declared = node.type === "ExportNamedDeclaration" ? node.declaration : node;
      if (declared?.type !== "VariableDeclaration" || declared.kind !== "const") continue;
      const found = declared.declarations.find(
        ({ id }) => id.type === "Identifier" && id.name === name,
      );
      if (found?.init) return found.init;
    }
    return undefined;
  }

  #isPureCall(callee: Expression): boolean {
    const name = this.#nameInReops(callee);
    return name !== undefined && this.#isPureCallee(name);
  }

  /** What `re-ops` calls it, for `operation`, an alias of it, and `reops.operation`. */
  #nameInReops(callee: Expression): string | undefined {
    const isMember = callee.type === "MemberExpression" && !callee.computed;
    const local = isMember ? callee.object : callee;
    if (local.type !== "Identifier") return undefined;
    const form = this.#document.declaring(local.name, this.#inRepl);
    if (form?.kind !== "import") return undefined;
    const imported = form.imported;
    const binding = imported?.bindings.find((one) => one.local === local.name);
    if (imported?.specifier !== "re-ops" || binding === undefined) return undefined;
    if (!isMember) return binding.imported;
    const { property } = callee;
    return binding.imported === "*" && property.type === "Identifier" ? property.name : undefined;
  }
}
