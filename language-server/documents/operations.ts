// Which names of a text are operations, by syntax: those imported from `re-ops`, and those that it makes with `operation`.
import { builtInOperations } from "re-ops/server";
import type { Node, Statement } from "re-ops/syntax";

export interface OperationInfo {
  readonly name: string;
  readonly doc: string;
}

export interface OperationNames {
  /** By the name that the text gives them. */
  readonly local: ReadonlyMap<string, OperationInfo>;
  /** Names of the whole of `re-ops`, as in `import * as reops from "re-ops"`. */
  readonly modules: ReadonlySet<string>;
}

export function operationsIn(statements: readonly Statement[]): OperationNames {
  const local = new Map<string, OperationInfo>();
  const modules = new Set<string>();
  const makers = new Set<string>();
  for (const { imported, name } of statements.flatMap(importsFromReOps)) {
    if (imported === "*") modules.add(name);
    if (imported === "operation") makers.add(name);
    const builtIn = builtInOperations.find((one) => one.name === imported);
    if (builtIn !== undefined) local.set(name, builtIn);
  }
  for (const { name, init } of statements.flatMap(constants)) {
    const made = madeBy(init, makers, modules);
    if (made !== undefined) local.set(name, made);
  }
  return { local, modules };
}

/** The operation that an expression such as `ls` or `reops.ls` names, and the node that names it. */
export function operationNamed(
  node: Node,
  names: OperationNames,
): { readonly operation: OperationInfo; readonly root: string } | undefined {
  if (node.type === "Identifier") {
    const operation = names.local.get(node.name);
    return operation && { operation, root: node.name };
  }
  const member = memberOfModule(node, names.modules);
  const operation = builtInOperations.find((one) => one.name === member?.property);
  return operation && member && { operation, root: member.module };
}

function importsFromReOps(statement: Statement): { imported: string; name: string }[] {
  if (statement.type !== "ImportDeclaration" || statement.source.value !== "re-ops") return [];
  return statement.specifiers.map((specifier) => {
    const name = specifier.local.name;
    if (specifier.type !== "ImportSpecifier") return { imported: "*", name };
    const { imported } = specifier;
    return { imported: imported.type === "Literal" ? imported.value : imported.name, name };
  });
}

function constants(statement: Statement): { name: string; init: Node }[] {
  const declaration =
    statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
  if (declaration?.type !== "VariableDeclaration") return [];
  return declaration.declarations.flatMap(({ id, init }) =>
    id.type === "Identifier" && init !== null ? [{ name: id.name, init }] : [],
  );
}

function madeBy(
  init: Node,
  makers: ReadonlySet<string>,
  modules: ReadonlySet<string>,
): OperationInfo | undefined {
  if (init.type !== "CallExpression") return undefined;
  const { callee } = init;
  const isMaker =
    (callee.type === "Identifier" && makers.has(callee.name)) ||
    memberOfModule(callee, modules)?.property === "operation";
  if (!isMaker) return undefined;
  const [name, , options] = init.arguments;
  return { name: textOf(name) ?? "operation", doc: docOf(options) };
}

function memberOfModule(
  node: Node,
  modules: ReadonlySet<string>,
): { module: string; property: string } | undefined {
  if (node.type !== "MemberExpression" || node.computed) return undefined;
  const { object, property } = node;
  if (object.type !== "Identifier" || !modules.has(object.name)) return undefined;
  return property.type === "Identifier"
    ? { module: object.name, property: property.name }
    : undefined;
}

function docOf(options: Node | undefined): string {
  if (options?.type !== "ObjectExpression") return "";
  for (const property of options.properties) {
    if (property.type !== "Property" || property.key.type !== "Identifier") continue;
    if (property.key.name === "doc") return textOf(property.value) ?? "";
  }
  return "";
}

function textOf(node: Node | undefined): string | undefined {
  if (node?.type === "Literal" && typeof node.value === "string") return node.value;
  if (node?.type !== "TemplateLiteral" || node.expressions.length > 0) return undefined;
  return node.quasis[0]?.value.cooked ?? undefined;
}
