// What some statements read: names of the file, names of what encloses them, and what must be rewritten or refused.
import { enclosing, isBody } from "./nodes.ts";
import { referencesIn } from "./syntax.ts";
import type { Decorator, ImportExpression, Node, Reference, Span, Statement } from "./syntax.ts";

export interface Reading {
  /** Uses of names of the file or beyond it, without those that only declare. */
  readonly free: readonly Reference[];
  /** Those names, without the ones that the statements declare themselves. */
  readonly names: ReadonlySet<string>;
  /** Uses of names, and of `this` and the like, that belong to something inside the statements. */
  readonly locals: readonly LocalUse[];
  readonly metas: readonly Span[];
  readonly dynamicImports: readonly ImportExpression[];
  readonly decorators: readonly Decorator[];
  readonly refusals: readonly Refusal[];
  readonly parents: ReadonlyMap<Node, Node>;
}

export interface LocalUse extends Span {
  readonly name: string;
  /** The function, loop, class … to which it belongs. */
  readonly owner: Node;
}

/** Something that cannot be evaluated form by form. */
export interface Refusal extends Span {
  readonly message: string;
  readonly next: string;
}

/** `references`: those in the statements, when they are known already. */
export function readStatements(
  statements: readonly Statement[],
  parents: ReadonlyMap<Node, Node>,
  declared: readonly string[],
  references: readonly Reference[] = referencesIn(statements),
): Reading {
  const found = {
    metas: [],
    dynamicImports: [],
    decorators: [],
    refusals: [],
    locals: [],
  } as Found;
  for (const node of statements) noteSpecial(node, parents, found);
  for (const node of parents.keys()) noteSpecial(node, parents, found);
  const free: Reference[] = [];
  const members = enumMembers(statements);
  for (const reference of references) {
    const { name, node, owner } = reference;
    if (isInType(node, parents)) continue;
    if (owner !== undefined) found.locals.push({ name, owner, start: node.start, end: node.end });
    else if (members.has(name) && isInEnum(node, parents)) continue;
    else if (!reference.initialises) free.push(reference);
  }
  for (const reference of free) noteRefusedName(reference, parents, found.refusals);
  const own = new Set(declared);
  const names = new Set(free.map(({ name }) => name).filter((name) => !own.has(name)));
  return { ...found, free, names, parents };
}

interface Found {
  metas: Span[];
  dynamicImports: ImportExpression[];
  decorators: Decorator[];
  refusals: Refusal[];
  locals: LocalUse[];
}

function noteSpecial(node: Node, parents: ReadonlyMap<Node, Node>, found: Found): void {
  switch (node.type) {
    case "ImportExpression":
      found.dynamicImports.push(node);
      return;
    case "MetaProperty":
      if (node.meta.name === "import") found.metas.push(node);
      else noteOwned("new.target", node, parents, found);
      return;
    case "ThisExpression":
      noteOwned("this", node, parents, found);
      return;
    case "Super":
      noteOwned("super", node, parents, found);
      return;
    case "YieldExpression":
      noteOwned("yield", node, parents, found);
      return;
    case "PrivateIdentifier":
      noteOwned(`#${node.name}`, node, parents, found);
      return;
    case "WithStatement":
      found.refusals.push(refuse(node, "`with` cannot be evaluated", "Name the object instead."));
      return;
    case "Decorator":
      found.decorators.push(node);
      if (isOfParameter(node, parents)) found.refusals.push(refuse(node, ...OF_PARAMETER));
      return;
    case "JSXElement":
    case "JSXFragment":
      found.refusals.push(refuse(node, "JSX cannot be evaluated", "Move it into a package."));
      return;
    default:
  }
}

const OF_PARAMETER = [
  "JavaScript has no decorators of parameters",
  "Decorate the method or the class instead.",
] as const;

const DECORATED = new Set<Node["type"]>([
  "ClassDeclaration",
  "ClassExpression",
  "MethodDefinition",
  "PropertyDefinition",
  "AccessorProperty",
]);

function isOfParameter(decorator: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(decorator);
  return parent !== undefined && !DECORATED.has(parent.type);
}

/** `this` and its like belong to the closest function that is no arrow, to a class field or to a class. */
function noteOwned(name: string, node: Node, parents: ReadonlyMap<Node, Node>, found: Found): void {
  const isPrivate = name.startsWith("#");
  for (const owner of enclosing(node, parents)) {
    const owns = isPrivate
      ? owner.type === "ClassBody"
      : isBody(owner) && owner.type !== "ArrowFunctionExpression";
    if (!owns) continue;
    found.locals.push({ name, owner, start: node.start, end: node.end });
    return;
  }
}

function noteRefusedName(
  { name, node }: Reference,
  parents: ReadonlyMap<Node, Node>,
  refusals: Refusal[],
): void {
  const parent = parents.get(node);
  if (name === "eval" && parent?.type === "CallExpression" && parent.callee === node) {
    refusals.push(
      refuse(
        node,
        "A direct `eval` cannot see the names of a file",
        "Write `(0, eval)(text)`, which sees global names only.",
      ),
    );
  }
  if (name === "arguments") {
    refusals.push(
      refuse(node, "`arguments` has no meaning outside a function", "Use it inside a function."),
    );
  }
}

function refuse({ start, end }: Span, message: string, next: string): Refusal {
  return { start, end, message, next };
}

/** Members of the enums that merge here, which may name each other. */
function enumMembers(statements: readonly Statement[]): Set<string> {
  const names = new Set<string>();
  if (statements.length === 1) return names;
  for (const statement of statements) {
    const node = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (node?.type !== "TSEnumDeclaration") continue;
    for (const { id } of node.body.members) if (id.type === "Identifier") names.add(id.name);
  }
  return names;
}

function isInEnum(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  for (const outer of enclosing(node, parents)) if (outer.type === "TSEnumMember") return true;
  return false;
}

/** A value may be named in a type, by `typeof` or as a computed key: it vanishes with the type. */
function isInType(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  for (const outer of enclosing(node, parents)) {
    if (IN_TYPES.has(outer.type)) return true;
    if (outer.type !== "TSQualifiedName" && outer.type !== "MemberExpression") return false;
  }
  return false;
}

const IN_TYPES = new Set<Node["type"]>(["TSTypeQuery", "TSPropertySignature", "TSMethodSignature"]);
