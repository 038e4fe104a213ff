// Lays a described value out: in one line where it fits, else an item a line.

/** A value in words: a leaf, or brackets with items. */
export type Described =
  string | { readonly open: string; readonly items: readonly Described[]; readonly close: string };

/** In one line, however long. */
export function flatten(described: Described): string {
  if (typeof described === "string") return described;
  const { open, items, close } = described;
  if (items.length === 0) return `${open}${close}`;
  const space = close === "]" || close === ")" ? "" : " ";
  return `${open}${space}${items.map(flatten).join(", ")}${space}${close}`;
}

/** Over several lines, where one would be longer than `width`. */
export function layOut(described: Described, width: number, indent = ""): string {
  const flat = flatten(described);
  if (typeof described === "string" || indent.length + flat.length <= width) return flat;
  const inner = `${indent}  `;
  const items = described.items.map((item) => `${inner}${layOut(item, width, inner)}`);
  return `${described.open}\n${items.join(",\n")}\n${indent}${described.close}`;
}

/** The same description with words before it, such as a key. */
export function prefixed(prefix: string, described: Described): Described {
  if (typeof described === "string") return prefix + described;
  return { ...described, open: prefix + described.open };
}
