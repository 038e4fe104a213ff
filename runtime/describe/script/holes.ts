// Where the holes of a shell template stand: a hole brings its own quotes, so between quotes of the author's it would not be safe.

/** Something in which a hole cannot be quoted, as the author would call it. */
export type UnsafePlace =
  "single quotes" | "double quotes" | "backquotes" | "a comment" | "a here-document";

type Context = "command" | "parentheses" | "single quotes" | "double quotes" | "backquotes";

/** Reads shell text piece by piece and knows, after each, what a hole there would stand in. */
export class HoleFinder {
  readonly #open: Context[] = ["command"];
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
    return context === "command" || context === "parentheses" ? undefined : context;
  }

  /** A hole was there: it is a word, so a `#` after it begins no comment. */
  passHole(): void {
    this.#previous = "x";
    this.#line += "x";
  }

  #context(): Context {
    return this.#open.at(-1) ?? "command";
  }

  /** Takes what begins at `at`; gives how many characters that was. */
  #take(text: string, at: number): number {
    const character = text.charAt(at);
    const taken = this.#inBody ? this.#takeBody(character) : this.#takeShell(text, at, character);
    this.#previous = text.charAt(at + taken - 1);
    return taken;
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
    if (text.startsWith("$(", at)) return this.#enter("parentheses", 2);
    if (context === "double quotes") return 1;
    return this.#takeCommand(text, at, character);
  }

  #takeCommand(text: string, at: number, character: string): number {
    if (character === "'") return this.#enter("single quotes", 1);
    if (character === "(") return this.#enter("parentheses", 1);
    if (character === ")" && this.#context() === "parentheses") return this.#leave();
    if (character === "#" && /[\s;&|(]/u.test(this.#previous)) this.#comment = true;
    if (character === "\n") this.#inBody = this.#ends.length > 0;
    return text.startsWith("<<", at) ? this.#takeHereDocument(text.slice(at)) : 1;
  }

  #takeHereDocument(text: string): number {
    const arithmetic = this.#context() === "parentheses" && this.#open.at(-2) === "parentheses";
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
    return characters;
  }

  #leave(): number {
    this.#open.pop();
    return 1;
  }
}
