// The order in which files are evaluated: what others import comes first.

/** `T` in import order; those in a circle keep the order in which they were met, as in Node. */
export function inImportOrder<T extends { readonly file: { readonly path: string } }>(
  files: readonly T[],
  importsOf: (file: T) => readonly string[],
): T[] {
  const byPath = new Map(files.map((one) => [one.file.path, one]));
  const ordered = new Set<T>();
  const met = new Set<T>();
  const visit = (one: T) => {
    if (met.has(one)) return;
    met.add(one);
    for (const imported of importsOf(one)) {
      const other = byPath.get(imported);
      if (other !== undefined) visit(other);
    }
    ordered.add(one);
  };
  for (const one of files) visit(one);
  return [...ordered];
}
