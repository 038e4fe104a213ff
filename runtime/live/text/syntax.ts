// The one door to the parser and to scope analysis; the rest of live sees only the nodes and names of this file.
import { ScopeType, analyze } from "@typescript-eslint/scope-manager";
import { parseSync, visitorKeys } from "oxc-parser";
import type { BindingIdentifier, Node, OxcError, ParserOptions, Statement } from "oxc-parser";

export type {
  BindingIdentifier,
  BindingPattern,
  CallExpression,
  Class,
  Declaration,
  Decorator,
  ExportNamedDeclaration,
  Expression,
  IfStatement,
  ImportAttribute,
  ImportDeclaration,
  ImportExpression,
  ModuleExportName,
  Node,
  Statement,
  TSImportEqualsDeclaration,
  VariableDeclaration,
} from "oxc-parser";

/** Offsets in UTF-16 units, the end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface SyntaxMistake extends Span {
  readonly message: string;
  readonly next?: string;
  /** Where what it belongs to was opened, for a missing bracket. */
  readonly opened?: number;
}

export interface ParsedText {
  /** Empty when there is a mistake that the parser cannot step over. */
  readonly statements: readonly Statement[];
  readonly mistakes: readonly SyntaxMistake[];
}

/** A name used as a value. */
export interface Reference {
  readonly name: string;
  readonly node: BindingIdentifier;
  /** Whether it only gives the binding that stands here its first value, as `a` in `const a = 1`. */
  readonly initialises: boolean;
  /** The function, block, class … that declares the name; absent for a name of the file or beyond it. */
  readonly owner?: Node;
}

/**
 * Parses the text of a module; `file` decides whether types and JSX may stand in it. Thoroughly, which takes longer, it
 * also tells the mistakes that concern several statements.
 */
export function parse(file: string, text: string, { isThorough = false } = {}): ParsedText {
  const options = { ...optionsFor(file), showSemanticErrors: isThorough };
  const { program, errors } = parseSync(file, text, options);
  // Of these the parser tells one in scripts all the same, by which each statement alone would be refused.
  const told = isThorough ? errors : errors.filter(({ message }) => !OF_SEVERAL.test(message));
  return { statements: program.body, mistakes: told.map(mistakeOf) };
}

const OF_SEVERAL = /^Duplicated export/;

/** Whether a text imports, exports or says `import.meta`, as only modules do. */
export function hasModuleSyntax(file: string, text: string): boolean {
  return parseSync(file, text, optionsFor(file)).module.hasModuleSyntax;
}

function optionsFor(file: string): ParserOptions {
  return { lang: languageOf(file), astType: "ts", sourceType: "module" };
}

function mistakeOf({ message, helpMessage, labels }: OxcError): SyntaxMistake {
  const [place] = labels;
  const opened = labels.find((label) => label.message === "Opened here");
  return {
    message,
    start: place?.start ?? 0,
    end: place?.end ?? 0,
    ...(helpMessage === null ? {} : { next: helpMessage }),
    ...(opened === undefined ? {} : { opened: opened.start }),
  };
}

export function languageOf(file: string): "js" | "jsx" | "ts" | "tsx" {
  const [, kind] = /\.[cm]?([jt]sx?)$/.exec(file) ?? [];
  return kind === "js" || kind === "jsx" || kind === "tsx" ? kind : "ts";
}

const OUTERMOST = new Set<ScopeType>([ScopeType.global, ScopeType.module]);

/** Every use of a name as a value in statements that stand at the top level of a module. */
export function referencesIn(statements: readonly Statement[]): Reference[] {
  const scopes = analyze(moduleOf(statements), { sourceType: "module", lib: [], jsxPragma: null });
  const references: Reference[] = [];
  for (const scope of scopes.scopes) {
    for (const reference of scope.references) {
      if (!reference.isValueReference) continue;
      const declaring = reference.resolved?.scope;
      const isLocal = declaring !== undefined && !OUTERMOST.has(declaring.type);
      references.push({
        name: reference.identifier.name,
        node: reference.identifier as unknown as BindingIdentifier,
        initialises: reference.init === true,
        ...(isLocal ? { owner: declaring.block as unknown as Node } : {}),
      });
    }
  }
  return references;
}

/** The nodes directly below a node, in source order. */
export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  visitChildren(node, (child) => children.push(child));
  return children;
}

/** The same one by one, where whole texts are gone through. */
export function visitChildren(node: Node, visit: (child: Node) => void): void {
  const fields = node as unknown as Record<string, Node | (Node | null)[] | null | undefined>;
  for (const key of visitorKeys[node.type] ?? []) {
    const child = fields[key];
    if (Array.isArray(child)) {
      for (const one of child) if (one !== null) visit(one);
    } else if (child) visit(child);
  }
}

/** Makes nodes of a piece of text those of the whole text, in which the piece stands at `by`. */
export function shiftNodes(nodes: readonly Node[], by: number): void {
  for (const node of nodes) {
    node.start += by;
    node.end += by;
    shiftNodes(childrenOf(node), by);
  }
}

// Both libraries speak ESTree with TypeScript nodes; only their type declarations differ.
function moduleOf(statements: readonly Statement[]): Parameters<typeof analyze>[0] {
  const start = statements[0]?.start ?? 0;
  const end = statements.at(-1)?.end ?? 0;
  const program = {
    type: "Program",
    body: statements,
    sourceType: "module",
    comments: [],
    tokens: [],
    start,
    end,
    range: [start, end],
  };
  for (const statement of statements) if (statement.range === undefined) addRanges(statement);
  return program as unknown as Parameters<typeof analyze>[0];
}

/** The analysis wants ranges; from the parser they would cost every parse, for statements that nobody analyses. */
function addRanges(node: Node): void {
  node.range = [node.start, node.end];
  for (const child of childrenOf(node)) addRanges(child);
}
