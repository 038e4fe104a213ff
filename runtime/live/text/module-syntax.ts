// What a form imports and exports, read from its syntax.
import type { ImportAttribute, ModuleExportName, Span, Statement } from "./syntax.ts";

export interface Imported {
  readonly specifier: string;
  /** Where the specifier stands. */
  readonly span: Span;
  readonly attributes: Readonly<Record<string, string>>;
  readonly bindings: readonly ImportBinding[];
  /** `import x = require("…")`. */
  readonly isRequire: boolean;
}

export interface ImportBinding {
  readonly local: string;
  /** `*` is the whole module. */
  readonly imported: string;
}

export interface Exported {
  /** The module that it passes on; absent for names of the file. */
  readonly source?: Omit<Imported, "bindings" | "isRequire">;
  /** `imported` is the name in the file or in that module; `*` the whole module. */
  readonly entries: readonly { readonly exported: string; readonly imported: string }[];
  /** `export * from`. */
  readonly isStar: boolean;
}

/** Of the first statement of a form: an import is alone in its form. */
export function importsOf([statement]: readonly Statement[]): Imported | undefined {
  if (statement?.type === "TSImportEqualsDeclaration") {
    const { moduleReference, id } = statement;
    if (moduleReference.type !== "TSExternalModuleReference") return undefined;
    const { value, start, end } = moduleReference.expression;
    const bindings = [{ local: id.name, imported: "*" }];
    return { specifier: value, span: { start, end }, attributes: {}, bindings, isRequire: true };
  }
  if (statement?.type !== "ImportDeclaration") return undefined;
  const bindings = statement.specifiers.flatMap((one): ImportBinding[] => {
    const local = one.local.name;
    if (one.type === "ImportDefaultSpecifier") return [{ local, imported: "default" }];
    if (one.type === "ImportNamespaceSpecifier") return [{ local, imported: "*" }];
    return one.importKind === "type" ? [] : [{ local, imported: textOf(one.imported) }];
  });
  return { ...sourceOf(statement.source, statement.attributes), bindings, isRequire: false };
}

/** The same for a list behind `export`: not what stands before a declaration. */
export function exportsOf([statement]: readonly Statement[]): Exported | undefined {
  if (statement?.type === "ExportAllDeclaration") {
    const source = sourceOf(statement.source, statement.attributes);
    if (statement.exported === null) return { source, entries: [], isStar: true };
    const entries = [{ exported: textOf(statement.exported), imported: "*" }];
    return { source, entries, isStar: false };
  }
  if (statement?.type !== "ExportNamedDeclaration" || statement.declaration !== null)
    return undefined;
  const entries = statement.specifiers
    .filter((one) => one.exportKind !== "type")
    .map((one) => ({ exported: textOf(one.exported), imported: textOf(one.local) }));
  if (statement.source === null) return { entries, isStar: false };
  return { source: sourceOf(statement.source, statement.attributes), entries, isStar: false };
}

function sourceOf(
  source: Span & { readonly value: string },
  attributes: readonly ImportAttribute[],
): Omit<Imported, "bindings" | "isRequire"> {
  return {
    specifier: source.value,
    span: { start: source.start, end: source.end },
    attributes: Object.fromEntries(attributes.map((one) => [textOf(one.key), one.value.value])),
  };
}

function textOf(name: ModuleExportName): string {
  return name.type === "Literal" ? name.value : name.name;
}
