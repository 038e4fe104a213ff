// What forms of a file hold until they are evaluated again: by `using` at the top level, and by `import.meta.dispose`.
import { codeOf } from "../text/form-code.ts";
import { standingKey } from "../text/standing-key.ts";
import { isWhole, type Piece } from "../compile/rewrite.ts";

export type Dispose = () => unknown;

/** Who holds something: a form, by what it is known by when its text changes, or an expression inside one. */
export interface Holder {
  readonly key: string;
  readonly inRepl: boolean;
  readonly names: readonly string[];
}

interface Held {
  readonly by: Holder;
  readonly dispose: Dispose;
}

export class HeldResources {
  #held: readonly Held[] = [];

  hold(by: Holder, dispose: Dispose): void {
    this.#held = [...this.#held, { by, dispose }];
  }

  /** Whether the form holds anything, so that nobody waits for nothing. */
  isHeldBy(holder: Holder): boolean {
    return this.#held.some(({ by }) => isSame(by, holder));
  }

  /** Before a form is evaluated again. Disposes what was taken last first; gives what went wrong, and never rejects. */
  disposeOf(holder: Holder): Promise<readonly unknown[]> {
    return this.#dispose(({ by }) => isSame(by, holder));
  }

  /** Before the file is loaded: all but what forms of `import.meta.repl` blocks hold. */
  disposeOfFile(): Promise<readonly unknown[]> {
    return this.#dispose(({ by }) => !by.inRepl);
  }

  /** When the file is unloaded, or everything stops. */
  disposeAll(): Promise<readonly unknown[]> {
    return this.#dispose(() => true);
  }

  async #dispose(isMeant: (held: Held) => boolean): Promise<readonly unknown[]> {
    const meant = this.#held.filter(isMeant);
    this.#held = this.#held.filter((held) => !isMeant(held));
    const mistakes: unknown[] = [];
    for (const { dispose } of meant.toReversed()) {
      try {
        await dispose();
      } catch (error) {
        mistakes.push(error);
      }
    }
    return mistakes;
  }
}

export function holderOf(piece: Piece, text: string): Holder {
  const { form, expression } = piece;
  const { inRepl, names } = form;
  if (expression === undefined || isWhole(piece)) return { key: standingKey(form), inRepl, names };
  const code = codeOf(text.slice(expression.start, expression.end));
  return { key: `expression ${code}`, inRepl, names: [] };
}

/** How a value ends that `using` took. */
export function disposerOf(value: unknown, isAsync: boolean): Dispose | undefined {
  if (value === null || value === undefined) return undefined;
  const resource = value as Partial<AsyncDisposable & Disposable>;
  const dispose = (isAsync ? resource[Symbol.asyncDispose] : undefined) ?? resource[Symbol.dispose];
  if (typeof dispose === "function") return () => dispose.call(resource);
  const wanted = isAsync ? "[Symbol.asyncDispose] or [Symbol.dispose]" : "[Symbol.dispose]";
  throw new TypeError(`The value of \`${isAsync ? "await using" : "using"}\` has no ${wanted}`);
}

/** What an older version held is gone all the same. */
export function reportMistakes(mistakes: readonly unknown[]): void {
  for (const mistake of mistakes) {
    // The evaluation's own console.
    console.error("Disposing what was held has failed:", mistake);
  }
}

function isSame(one: Holder, other: Holder): boolean {
  if (one.key === other.key) return true;
  return one.inRepl === other.inRepl && one.names.some((name) => other.names.includes(name));
}
