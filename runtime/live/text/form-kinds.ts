// What kind of form some statements are, and what they declare.
import { boundNames } from "./nodes.ts";
import type {
  BindingIdentifier,
  Declaration,
  ExportNamedDeclaration,
  IfStatement,
  ImportDeclaration,
  Node,
  Statement,
  TSImportEqualsDeclaration,
} from "./syntax.ts";

export type FormKind =
  | "expression"
  | "variable"
  | "function"
  | "class"
  | "enum"
  | "namespace"
  | "alias"
  | "default"
  | "import"
  | "export"
  /** Only types: nothing of it exists when the program runs. */
  | "types"
  /** An `import.meta.repl` block. */
  | "repl"
  /** Any other statement, such as a loop. */
  | "statement"
  /** What only CommonJS modules have. */
  | "unsupported";

type Namespace = Extract<Node, { type: "TSModuleDeclaration" }>;

export interface Declared {
  readonly names: readonly string[];
  /** Whether other code may assign them. */
  readonly isMutable: boolean;
  /** Declared by `let` or `var`: a value that a restart loses. */
  readonly isState: boolean;
  /** Whether the declaration itself says `export`. */
  readonly isExported: boolean;
  readonly isDefault: boolean;
}

export interface Classified {
  readonly kind: FormKind;
  readonly declared: Declared;
  /** The statements of an `import.meta.repl` block. */
  readonly block?: readonly Statement[];
}

const NOTHING: Declared = {
  names: [],
  isMutable: false,
  isState: false,
  isExported: false,
  isDefault: false,
};

/** `nodes`: one statement, or several declarations that merge. */
export function classify(nodes: readonly Statement[]): Classified {
  const all = nodes.map(classifyOne);
  const values = all.filter((one) => one.kind !== "types");
  const [first, ...others] = values;
  if (first === undefined) return declares("types");
  if (others.length === 0) return first;
  const merged = {
    ...first.declared,
    isExported: values.some((one) => one.declared.isExported),
    isDefault: values.some((one) => one.declared.isDefault),
  };
  return { kind: others.at(-1)?.kind ?? first.kind, declared: merged };
}

function classifyOne(statement: Statement): Classified {
  switch (statement.type) {
    case "ExpressionStatement":
      return declares("expression");
    case "ImportDeclaration":
      return classifyImport(statement);
    case "ExportAllDeclaration":
      return declares(statement.exportKind === "type" ? "types" : "export");
    case "ExportNamedDeclaration":
      return classifyExport(statement);
    case "ExportDefaultDeclaration":
      return classifyDefault(statement.declaration);
    case "TSExportAssignment":
    case "TSNamespaceExportDeclaration":
      return declares("unsupported");
    case "IfStatement":
      return isReplBlock(statement)
        ? { ...declares("repl"), block: blockOf(statement.consequent) }
        : declares("statement");
    default:
      return classifyDeclaration(statement);
  }
}

function declares(kind: FormKind, declared: Partial<Declared> = {}): Classified {
  return { kind, declared: { ...NOTHING, ...declared } };
}

function classifyImport({ specifiers, importKind }: ImportDeclaration): Classified {
  const names = specifiers
    .filter((one) => one.type !== "ImportSpecifier" || one.importKind !== "type")
    .map((one) => one.local.name);
  const isOnlyTypes = importKind === "type" || (names.length === 0 && specifiers.length > 0);
  return isOnlyTypes ? declares("types") : declares("import", { names });
}

function classifyExport({ exportKind, declaration }: ExportNamedDeclaration): Classified {
  if (exportKind === "type") return declares("types");
  if (declaration === null) return declares("export");
  const { kind, declared } = classifyDeclaration(declaration);
  return { kind, declared: { ...declared, isExported: true } };
}

function classifyDeclaration(node: Declaration | Statement): Classified {
  if ("declare" in node && node.declare) return declares("types");
  switch (node.type) {
    case "VariableDeclaration": {
      const names = node.declarations.flatMap((declarator) => boundNames(declarator.id));
      const isMutable = node.kind === "let" || node.kind === "var";
      return declares("variable", { names, isMutable, isState: isMutable });
    }
    case "FunctionDeclaration":
      return declares("function", { names: namesOf(node.id), isMutable: true });
    case "ClassDeclaration":
      return declares("class", { names: namesOf(node.id), isMutable: true });
    case "TSEnumDeclaration":
      return declares("enum", { names: namesOf(node.id) });
    case "TSModuleDeclaration":
      return classifyNamespace(node);
    case "TSImportEqualsDeclaration":
      return classifyImportEquals(node);
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
    case "TSDeclareFunction":
      return declares("types");
    default:
      return declares("statement");
  }
}

/** One that holds only types leaves no value behind. */
function classifyNamespace({ id, body }: Namespace): Classified {
  const hasValues = (body?.body ?? []).some((inner) => classifyOne(inner).kind !== "types");
  if (id.type !== "Identifier" || !hasValues) return declares("types");
  return declares("namespace", { names: [id.name] });
}

function classifyImportEquals(node: TSImportEqualsDeclaration): Classified {
  if (node.importKind === "type") return declares("types");
  const isModule = node.moduleReference.type === "TSExternalModuleReference";
  return declares(isModule ? "import" : "alias", { names: namesOf(node.id) });
}

function namesOf(id: BindingIdentifier | null): string[] {
  return id === null ? [] : [id.name];
}

function classifyDefault(node: Node): Classified {
  if (node.type === "TSInterfaceDeclaration" || node.type === "TSDeclareFunction") {
    return declares("types");
  }
  const isDeclaration = node.type === "FunctionDeclaration" || node.type === "ClassDeclaration";
  if (isDeclaration && node.id !== null) {
    const { kind, declared } = classifyDeclaration(node);
    return { kind, declared: { ...declared, isDefault: true } };
  }
  return declares("default", { names: ["default"], isDefault: true });
}

function isReplBlock({ test, alternate }: IfStatement): boolean {
  return (
    alternate === null &&
    test.type === "MemberExpression" &&
    !test.computed &&
    test.property.type === "Identifier" &&
    test.property.name === "repl" &&
    test.object.type === "MetaProperty" &&
    test.object.meta.name === "import"
  );
}

function blockOf(statement: Statement): readonly Statement[] {
  return statement.type === "BlockStatement" ? statement.body : [statement];
}
