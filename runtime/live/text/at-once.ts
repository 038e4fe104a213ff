// Which names a form reads while it is evaluated, rather than in functions that run later: only of these it may keep a value.
import type { Reading } from "./reading.ts";
import { bareExpression, enclosing, isFunction } from "./nodes.ts";
import type { Node } from "./syntax.ts";

export interface ReadAtOnce {
  readonly name: string;
  /** What is read of it, as in `fleet.web`: it matters when the name stands for a whole module. */
  readonly member?: string;
}

/** Without the names that it declares itself, and those that it only assigns. */
export function readsAtOnce(reading: Reading, names: readonly string[]): readonly ReadAtOnce[] {
  const reads = new Map<string, ReadAtOnce>();
  for (const { name, node } of reading.free) {
    if (names.includes(name) || isOnlyAssigned(node, reading.parents)) continue;
    if (isDeferred(node, reading.parents)) continue;
    const member = memberOf(node, reading.parents);
    reads.set(`${name}.${member ?? ""}`, { name, ...(member !== undefined && { member }) });
  }
  return [...reads.values()];
}

type Parents = ReadonlyMap<Node, Node>;

function isOnlyAssigned(node: Node, parents: Parents): boolean {
  const parent = parents.get(node);
  return parent?.type === "AssignmentExpression" && parent.operator === "=" && parent.left === node;
}

/** Whether code that stands in a function, a method or a field of instances. */
function isDeferred(node: Node, parents: Parents): boolean {
  let inner = node;
  for (const outer of enclosing(node, parents)) {
    if (isFunction(outer) && !isCalledInPlace(outer, parents)) return true;
    const isField = outer.type === "PropertyDefinition" || outer.type === "AccessorProperty";
    if (isField && !outer.static && inner === outer.value) return true;
    inner = outer;
  }
  return false;
}

/** As in `(() => …)()`. */
function isCalledInPlace(node: Node, parents: Parents): boolean {
  for (const outer of enclosing(node, parents)) {
    if (bareExpression(outer) === node) continue;
    return outer.type === "CallExpression" && bareExpression(outer.callee) === node;
  }
  return false;
}

function memberOf(node: Node, parents: Parents): string | undefined {
  const parent = parents.get(node);
  if (parent?.type !== "MemberExpression" || parent.object !== node || parent.computed) {
    return undefined;
  }
  return parent.property.type === "Identifier" ? parent.property.name : undefined;
}
