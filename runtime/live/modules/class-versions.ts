// A class that is evaluated again is another class: a failed `instanceof` for an object of an older version says so.
import { ambientEvaluation } from "../../port.ts";

type Class = abstract new (...args: never[]) => object;
type HasInstance = (this: unknown, value: unknown) => boolean;

/** Only a class that has older versions pays: `instanceof` asks it first, and others not at all. */
export class ClassVersions {
  /** The prototypes of a class's older versions, by its newest. */
  readonly #older = new WeakMap<Class, WeakSet<object>>();

  /** Says that a name had one value and gets another. */
  replace(name: string, before: unknown, after: unknown): void {
    if (before === after || !isClass(before) || !isClass(after)) return;
    const older = this.#older.get(before) ?? new WeakSet<object>();
    older.add(before.prototype as object);
    this.#older.set(after, older);
    // One that is frozen, or answers itself, stays as it is.
    if (Object.isExtensible(after) && !Object.hasOwn(after, Symbol.hasInstance)) {
      watchInstances(name, after, older);
    }
  }
}

function watchInstances(name: string, newest: Class, older: WeakSet<object>): void {
  const inherited = newest[Symbol.hasInstance] as HasInstance;
  Object.defineProperty(newest, Symbol.hasInstance, {
    configurable: true,
    writable: true,
    value(this: unknown, value: unknown): boolean {
      const isInstance = inherited.call(this, value);
      if (!isInstance && this === newest && isOfAny(older, value)) {
        ambientEvaluation()?.note?.(
          `\`instanceof ${name}\` is false for an object of an older version of \`${name}\`: make the object anew`,
        );
      }
      return isInstance;
    },
  });
}

function isOfAny(prototypes: WeakSet<object>, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  for (let one = prototypeOf(value); one !== null; one = prototypeOf(one)) {
    if (prototypes.has(one)) return true;
  }
  return false;
}

function prototypeOf(value: object): object | null {
  return Object.getPrototypeOf(value) as object | null;
}

function isClass(value: unknown): value is Class {
  return typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));
}
