// Where the holes of a shell template stand: a hole brings its own quotes, so between quotes of the author's it would not be safe.

/** Something in which a hole cannot be quoted, as the author would call it. */
export type UnsafePlace =
  "single quotes" | "double quotes" | "backquotes" | "a comment" | "a here-document";

type Context =
  "command" | "parentheses" | "substitution" | "single quotes" | "double quotes" | "backquotes";

/** Reads shell text piece by piece and knows, after each, what a hole there would stand in. */
export class HoleFinder {
  readonly #open: Context[] = ["command"];
  /** What was read of the simple command in each of them that is not quotes. */
  readonly #commands: string[] = [""];
  #comment = false;
  #previous = "\n";
  #ends: string[] = [];
  #inBody = false;
  #line = "";

  /** Reads the text before a hole; says why a hole after it would be unsafe. */
  read(text: string): UnsafePlace | undefined {
    for (let at = 0; at < text.length; at += this.#take(text, at));
    if (this.#inBody) return "a here-document";
    if (this.#comment) return "a comment";
    const context = this.#context();
    return isOpenText(context) ? undefined : context;
  }

  /** Whether a hole here is a word that a `printf` of the shell itself prints, and nobody else gets to see. */
  isPrinted(): boolean {
    const isDirect = this.#open.every((one) => one === "command" || one === "parentheses");
    return isDirect && isPrintedWord(this.#commands.at(-1) ?? "");
  }

  /** A hole was there: it is a word, so a `#` after it begins no comment. */
  passHole(): void {
    this.#previous = "x";
    this.#line += "x";
    this.#add("x");
  }

  #context(): Context {
    return this.#open.at(-1) ?? "command";
  }

  /** Takes what begins at `at`; gives how many characters that was. */
  #take(text: string, at: number): number {
    const character = text.charAt(at);
    const depth = this.#open.length;
    const taken = this.#inBody ? this.#takeBody(character) : this.#takeShell(text, at, character);
    const stayed = depth === this.#open.length && !this.#inBody && !this.#comment;
    if (stayed) this.#follow(text.slice(at, at + taken));
    this.#previous = text.charAt(at + taken - 1);
    return taken;
  }

  /** Keeps the text of the simple command up to here. */
  #follow(piece: string): void {
    const ends = isOpenText(this.#context()) && endsCommand(piece, this.#previous);
    if (ends) this.#commands[this.#commands.length - 1] = "";
    else this.#add(piece);
  }

  #add(text: string): void {
    this.#commands[this.#commands.length - 1] += text;
  }

  #takeBody(character: string): number {
    if (character !== "\n") {
      this.#line += character;
      return 1;
    }
    if (this.#line.replace(/^\t+/u, "") === this.#ends[0]) this.#ends.shift();
    this.#line = "";
    this.#inBody = this.#ends.length > 0;
    return 1;
  }

  #takeShell(text: string, at: number, character: string): number {
    if (this.#comment) {
      if (character !== "\n") return 1;
      this.#comment = false;
    }
    const context = this.#context();
    if (context === "single quotes") return this.#takeUntilQuote(character);
    if (character === "\\") return 2;
    if (character === "`") return this.#toggle("backquotes");
    if (character === '"') return this.#toggle("double quotes");
    if (text.startsWith("$(", at)) return this.#enter("substitution", 2);
    if (context === "double quotes") return 1;
    return this.#takeCommand(text, at, character);
  }

  #takeCommand(text: string, at: number, character: string): number {
    if (character === "'") return this.#enter("single quotes", 1);
    if (character === "(") return this.#enter("parentheses", 1);
    if (character === ")" && isParentheses(this.#context())) return this.#leave();
    if (character === "#" && /[\s;&|(]/u.test(this.#previous)) this.#comment = true;
    if (character === "\n") this.#inBody = this.#ends.length > 0;
    return text.startsWith("<<", at) ? this.#takeHereDocument(text.slice(at)) : 1;
  }

  #takeHereDocument(text: string): number {
    const arithmetic =
      this.#context() === "parentheses" && isParentheses(this.#open.at(-2) ?? "command");
    if (arithmetic) return 2;
    if (text.startsWith("<<<")) return 3;
    const found = /^<<-?[ \t]*(?:'([^'\n]+)'|"([^"\n]+)"|\\?([^\s'"<>;&|()]+))/u.exec(text);
    if (found === null) return 2;
    this.#ends.push(found[1] ?? found[2] ?? found[3] ?? "");
    return found[0].length;
  }

  #takeUntilQuote(character: string): number {
    return character === "'" ? this.#leave() : 1;
  }

  #toggle(context: "backquotes" | "double quotes"): number {
    return this.#context() === context ? this.#leave() : this.#enter(context, 1);
  }

  #enter(context: Context, characters: number): number {
    this.#open.push(context);
    if (isQuotes(context)) this.#add(QUOTE[context]);
    else this.#commands.push("");
    return characters;
  }

  #leave(): number {
    const left = this.#open.pop() ?? "command";
    if (isQuotes(left)) {
      this.#add(QUOTE[left]);
      return 1;
    }
    this.#commands.pop();
    const beginsCommand = left === "parentheses" && BARE.test(this.#commands.at(-1) ?? "");
    if (beginsCommand) this.#commands[this.#commands.length - 1] = "";
    else this.#add("x");
    return 1;
  }
}

const QUOTE = { "single quotes": "'", "double quotes": '"' } as const;

function isQuotes(context: Context): context is keyof typeof QUOTE {
  return context in QUOTE;
}

/** Text in which a hole can be quoted. */
function isOpenText(context: Context): context is "command" | "parentheses" | "substitution" {
  return context === "command" || isParentheses(context);
}

function isParentheses(context: Context): context is "parentheses" | "substitution" {
  return context === "parentheses" || context === "substitution";
}

/** Redirections such as `2>&1` and `>|` end nothing. */
function endsCommand(piece: string, previous: string): boolean {
  if (piece === "&" || piece === "|") return previous !== ">" && previous !== "<";
  return piece === ";" || piece === "\n" || piece === ")";
}

/** What may stand before the parentheses of a group of commands, or is the name of a function. */
const BARE = /^[\s\w!{]*$/u;
const RESERVED = String.raw`(?:(?:if|then|elif|else|while|until|do|!|\{)\s+)*`;
const FORMAT = String.raw`(?:'[^']*'|"[^"]*"|[^\s'"\x60$<>-][^\s'"\x60$<>]*)+`;
const PRINTING = new RegExp(String.raw`^\s*${RESERVED}printf\s+${FORMAT}\s`, "u");

/** The command so far is `printf` with its format, and no redirection waits for its file. */
function isPrintedWord(command: string): boolean {
  return PRINTING.test(command) && !/[<>]&?\s*$/u.test(command);
}
