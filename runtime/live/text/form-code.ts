// What tells a form from an edited one: its words and signs, without comments and spacing.
import { hash } from "node:crypto";

/** Two texts of a form have the same code when nothing but comments, spacing and trailing commas tells them apart. */
export function codeOf(text: string): string {
  return hash("sha1", tokensOf(text).join(" "), "base64url").slice(0, CODE_LENGTH);
}

/** The code of a text, worked out when it is first asked for. */
export class FormCode {
  readonly #text: string;
  #code: string | undefined;

  constructor(text: string, code?: string) {
    this.#text = text;
    this.#code = code;
  }

  get code(): string {
    this.#code ??= codeOf(this.#text);
    return this.#code;
  }
}

/** 96 bits: no two forms of a project ever share them by chance. */
const CODE_LENGTH = 16;

const SPACE = /(?:\s+|\/\/.*|\/\*[\s\S]*?(?:\*\/|$))+/y;
const REGULAR_EXPRESSION = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/\w*/y;
/** Words, numbers, strings, and signs; those of two characters whose halves may also stand alone. */
const TOKEN =
  /[\w$@#\u0080-\uFFFF]+|"(?:\\[\s\S]|[^"\\])*(?:"|$)|'(?:\\[\s\S]|[^'\\])*(?:'|$)|\+\+|--|[!=]==?|[\s\S]/y;
/** From behind the backtick, or the bracket that ends a hole, to the next of them. */
const TEMPLATE_TEXT = /(?:\\[\s\S]|\$(?!\{)|[^\\`$])*(?:`|\$\{|$)/y;

/** The words and signs of a text. A line break counts where JavaScript would end a statement at it. */
export function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  /** For each template literal round the place, how many brackets are open in its hole. */
  const holes: number[] = [];
  for (let at = 0; at < text.length;) {
    const space = match(SPACE, text, at);
    at += space.length;
    if (at >= text.length) break;
    const token = tokenAt(text, at, tokens.at(-1), holes);
    at += token.length;
    if (space.includes("\n") && breaksStatement(tokens.at(-1), token)) tokens.push("\n");
    if (closes(token)) dropTrailingComma(tokens);
    tokens.push(token);
  }
  return tokens;
}

function tokenAt(text: string, at: number, before: string | undefined, holes: number[]): string {
  const open = holes.at(-1);
  const sign = text[at];
  if (sign === "`") return withTemplate("`", text, at, holes);
  if (sign === "}" && open === 0) {
    holes.pop();
    return withTemplate("}", text, at, holes);
  }
  if (open !== undefined && (sign === "{" || sign === "}")) {
    holes[holes.length - 1] = open + (sign === "{" ? 1 : -1);
  }
  const literal =
    sign === "/" && mayBeginLiteral(before) ? match(REGULAR_EXPRESSION, text, at) : "";
  return literal === "" ? match(TOKEN, text, at) : literal;
}

/** The text of a template literal is one token, with the sign that it begins with. */
function withTemplate(begin: string, text: string, at: number, holes: number[]): string {
  const written = match(TEMPLATE_TEXT, text, at + begin.length);
  if (written.endsWith("${")) holes.push(0);
  return begin + written;
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

/** After a value a slash divides; elsewhere it begins a regular expression. */
function mayBeginLiteral(before: string | undefined): boolean {
  if (before === undefined || WORDS_BEFORE_A_VALUE.has(before)) return true;
  return !/[\w$)\]"'`\u0080-\uFFFF]$/.test(before);
}

const WORDS_BEFORE_A_VALUE = new Set(
  "await case delete do else in instanceof new of return throw typeof void yield".split(" "),
);
const WORDS_THAT_A_LINE_ENDS = new Set("async break continue return throw yield".split(" "));

function breaksStatement(before: string | undefined, token: string): boolean {
  if (token === "++" || token === "--") return true;
  return before !== undefined && WORDS_THAT_A_LINE_ENDS.has(before);
}

function closes(token: string): boolean {
  return token === ")" || token === "]" || token === "}";
}

/** As formatters put it behind the last of several lines; in `[,]` and `[a, ,]` it is an element. */
function dropTrailingComma(tokens: string[]): void {
  const before = tokens.at(-2);
  if (tokens.at(-1) === "," && before !== "," && before !== "[") tokens.pop();
}
