// Which identifiers of a file TypeScript's own checker takes for uses of the file's top-level values: an oracle for our own reading.
import ts from "typescript";

export interface CheckedUse {
  readonly name: string;
  readonly start: number;
  /** Inside the class that has this name: there our own reading keeps to the class itself. */
  readonly isInOwnClass: boolean;
}

/** For each text, by the path under which it is given. Nothing is resolved or read from the disk. */
export function checkReferences(
  texts: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly CheckedUse[]> {
  const options: ts.CompilerOptions = {
    allowJs: true,
    noLib: true,
    noResolve: true,
    isolatedModules: true,
    experimentalDecorators: true,
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ESNext,
    types: [],
  };
  const host: ts.CompilerHost = {
    fileExists: (file) => texts.has(file),
    readFile: (file) => texts.get(file),
    getSourceFile: (file, version) => {
      const text = texts.get(file);
      return text === undefined ? undefined : ts.createSourceFile(file, text, version, true);
    },
    getDefaultLibFileName: () => "lib.d.ts",
    writeFile: () => {},
    getCurrentDirectory: () => "/",
    getCanonicalFileName: (file) => file,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  const checker = program.getTypeChecker();
  return new Map(
    [...texts.keys()].map((file) => {
      const source = program.getSourceFile(file);
      if (source === undefined) throw new Error(`the checker did not read ${file}`);
      return [file, usesIn(source, checker)];
    }),
  );
}

function usesIn(source: ts.SourceFile, checker: ts.TypeChecker): CheckedUse[] {
  const uses: CheckedUse[] = [];
  const ofFile = outermost(source, checker);
  const visit = (node: ts.Node): void => {
    const symbol = ts.isIdentifier(node) && isUse(node) ? symbolOf(node, checker) : undefined;
    if (ts.isIdentifier(node) && symbol && ofFile.has(checker.getExportSymbolOfSymbol(symbol))) {
      const { text: name } = node;
      uses.push({ name, start: node.getStart(source), isInOwnClass: isInClass(node, name) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return uses;
}

/** A use of a value in code that runs: no declared name, no type, no member, no list of exports, no label. */
function isUse(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  const isMember = ts.isBindingElement(parent) && parent.propertyName === node;
  return (
    !isNameOf(node, parent) && !isMember && !NAMING.some((is) => is(parent)) && !isInType(node)
  );
}

const NAMING: readonly ((node: ts.Node) => boolean)[] = [
  ts.isImportSpecifier,
  ts.isExportSpecifier,
  ts.isQualifiedName,
  ts.isLabeledStatement,
  ts.isBreakOrContinueStatement,
  ts.isMetaProperty,
];

const TYPES: readonly ((node: ts.Node) => boolean)[] = [
  ts.isTypeNode,
  ts.isTypeParameterDeclaration,
  ts.isTypeAliasDeclaration,
  ts.isInterfaceDeclaration,
  ts.isJSDoc,
];

function isInType(node: ts.Node): boolean {
  for (let outer = node; !ts.isSourceFile(outer); outer = outer.parent) {
    if (ts.isExpressionWithTypeArguments(outer) && ts.isHeritageClause(outer.parent)) {
      const { token, parent } = outer.parent;
      return token !== ts.SyntaxKind.ExtendsKeyword || !ts.isClassLike(parent);
    }
    if (TYPES.some((is) => is(outer))) return true;
    if (ts.isExpressionStatement(outer) || ts.isBlock(outer)) return false;
  }
  return false;
}

function isNameOf(node: ts.Identifier, parent: ts.Node): boolean {
  return "name" in parent && parent.name === node && !ts.isShorthandPropertyAssignment(parent);
}

function symbolOf(node: ts.Identifier, checker: ts.TypeChecker): ts.Symbol | undefined {
  return ts.isShorthandPropertyAssignment(node.parent) && node.parent.name === node
    ? checker.getShorthandAssignmentValueSymbol(node.parent)
    : checker.getSymbolAtLocation(node);
}

/** The values of the file's outermost scope, as the checker itself names them. */
function outermost(source: ts.SourceFile, checker: ts.TypeChecker): ReadonlySet<ts.Symbol> {
  const symbols = [ts.SymbolFlags.Value, ts.SymbolFlags.Alias]
    .flatMap((flag) => checker.getSymbolsInScope(source, flag))
    .filter((symbol) => symbol.declarations?.some((one) => isDeclaredIn(one, source)));
  return new Set(symbols.map((symbol) => checker.getExportSymbolOfSymbol(symbol)));
}

/** In JavaScript the checker also counts `process.exitCode = 1` as a declaration, of a property. */
function isDeclaredIn(declaration: ts.Declaration, source: ts.SourceFile): boolean {
  return declaration.getSourceFile() === source && !ts.isExpression(declaration);
}

function isInClass(node: ts.Node, name: string): boolean {
  for (let outer = node.parent; !ts.isSourceFile(outer); outer = outer.parent) {
    if (ts.isClassLike(outer) && outer.name?.text === name) return true;
  }
  return false;
}
