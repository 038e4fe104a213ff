// Which statements are one form: TypeScript merges overloads, enums and namespaces of one name into one value.
import type { Span, Statement } from "./syntax.ts";

/** In source order of their first statements. */
export function groupMerging(statements: readonly Statement[]): Statement[][] {
  const groups: Statement[][] = [];
  const merging = new Map<string, Statement[]>();
  for (const statement of statements) {
    if (statement.type === "EmptyStatement") continue;
    const name = mergingName(statement);
    const group = name === undefined ? undefined : merging.get(name);
    if (group !== undefined && merges(group, statement)) group.push(statement);
    else {
      const started = [statement];
      groups.push(started);
      if (name !== undefined) merging.set(name, started);
    }
  }
  return groups;
}

/** The name under which TypeScript merges several declarations into one value. */
export function mergingName(statement: Statement): string | undefined {
  const declaration = declarationIn(statement);
  switch (declaration?.type) {
    case "FunctionDeclaration":
    case "TSDeclareFunction":
    case "ClassDeclaration":
      return declaration.id?.name ?? "default";
    case "TSEnumDeclaration":
      return declaration.id.name;
    case "TSModuleDeclaration":
      return declaration.id.type === "Identifier" && declaration.kind !== "global"
        ? declaration.id.name
        : undefined;
    default:
      return undefined;
  }
}

/** Where a group stands. Neighbours become one part, so that overloads and their function are shown as one. */
export function partsOf(nodes: readonly Statement[], siblings: readonly Statement[]): Span[] {
  if (nodes.length === 1) return nodes.map(spanOf);
  const parts: Span[] = [];
  const members = new Set(nodes);
  let isOpen = false;
  for (const sibling of siblings) {
    const isMember = members.has(sibling);
    const last = parts.at(-1);
    if (isMember && isOpen && last !== undefined) {
      parts[parts.length - 1] = { start: last.start, end: sibling.end };
    } else if (isMember) parts.push(spanOf(sibling));
    isOpen = isMember;
  }
  return parts;
}

/** Two functions or classes of one name do not merge: the later one replaces the earlier. */
function merges(group: readonly Statement[], statement: Statement): boolean {
  const types = group.map((one) => declarationIn(one)?.type);
  const type = declarationIn(statement)?.type;
  if (type === "TSModuleDeclaration") return true;
  if (type === "TSEnumDeclaration") return types.includes("TSEnumDeclaration");
  return types.every((one) => one === "TSDeclareFunction");
}

function declarationIn(statement: Statement) {
  const isExport =
    statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration";
  return isExport ? statement.declaration : statement;
}

/** Decorators may stand before `export`, and belong to it all the same. */
function spanOf(statement: Statement): Span {
  const declaration = declarationIn(statement);
  const [decorator] = declaration?.type === "ClassDeclaration" ? declaration.decorators : [];
  return {
    start: Math.min(statement.start, decorator?.start ?? statement.start),
    end: statement.end,
  };
}
