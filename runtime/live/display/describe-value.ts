// Describes any value within bounds: how deep, how many items, how long a text. Cycles, proxies and getters are named, not followed.
import { inspect, types } from "node:util";
import { STAGE } from "../../describe/brand.ts";
import { isHosts } from "../../describe/hosts/hosts.ts";
import { countsOf } from "../../describe/pipelines/counts.ts";
import { isOperation, isRun } from "../../describe/pipelines/kinds.ts";
import { isOutcome } from "../../describe/pipelines/outcome.ts";
import { describeCall } from "../../describe/pipelines/titles.ts";
import { isScript } from "../../describe/script/script.ts";
import { entriesOf, itemsOf, type Field, type Items } from "./items.ts";
import { prefixed, type Described } from "./layout.ts";
import { classNameOf, readData } from "./read.ts";

export interface Bounds {
  readonly depth: number;
  /** Items of one array or object. */
  readonly items: number;
  /** Characters of one text. */
  readonly text: number;
  /** Values in all. */
  readonly values: number;
  /** Characters of all texts together. */
  readonly characters: number;
}

export function describeValue(value: unknown, bounds: Bounds): Described {
  return new Describer(bounds).describe(value);
}

function quoteText(text: string, limit: number): string {
  if (text.length <= limit) return JSON.stringify(text);
  const more = text.length - limit;
  return `${JSON.stringify(text.slice(0, limit))} … ${String(more)} more characters`;
}

class Describer {
  readonly #bounds: Bounds;
  /** The objects round the one being described. */
  readonly #around: object[] = [];
  #left: number;
  #charactersLeft: number;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
    this.#left = bounds.values;
    this.#charactersLeft = bounds.characters;
  }

  describe(value: unknown): Described {
    this.#left -= 1;
    if (typeof value === "string") return this.#quote(value);
    if (typeof value === "function") return types.isProxy(value) ? "[Proxy]" : nameFunction(value);
    if (typeof value !== "object" || value === null) return describePrimitive(value);
    if (types.isProxy(value)) return "[Proxy]";
    if (this.#around.includes(value)) return "[circular]";
    return describeOurs(value) ?? this.#enter(value);
  }

  #quote(text: string): string {
    const quoted = quoteText(text, Math.min(this.#bounds.text, Math.max(this.#charactersLeft, 0)));
    this.#charactersLeft -= quoted.length;
    return quoted;
  }

  #enter(value: object): Described {
    if (this.#around.length > DEEPEST_CUSTOM) return "[…]";
    this.#around.push(value);
    try {
      return this.#describeCustom(value) ?? this.#describeObject(value);
    } finally {
      this.#around.pop();
    }
  }

  /** How a class wants to be shown: its author's code, which may throw. */
  #describeCustom(value: object): Described | undefined {
    const custom = readData(value, inspect.custom);
    if (typeof custom !== "function") return undefined;
    try {
      const options = { depth: 1, stylize: (text: string) => text };
      const shown: unknown = Reflect.apply(custom, value, [1, options, inspect]);
      if (shown === value) return undefined;
      return typeof shown === "string" ? this.#cut(shown) : this.describe(shown);
    } catch (error) {
      const { message } = error instanceof Error ? error : { message: String(error) };
      return `[${classNameOf(value) ?? "object"}: showing it threw ${this.#cut(message)}]`;
    }
  }

  #describeObject(value: object): Described {
    if (types.isNativeError(value)) return this.#describeError(value);
    const name = classNameOf(value);
    const items = itemsOf(value);
    if (items !== undefined) return this.#list(nameItems(value, name, items), items);
    if (types.isMap(value)) return this.#describeMap(value);
    if (isBuiltIn(value)) return this.#cut(inspect(value, PLAIN));
    return this.#describeFields(value, name);
  }

  #describeError(error: Error): Described {
    const name = readData(error, "name");
    const message = readData(error, "message");
    const head = `${typeof name === "string" ? name : "Error"}: ${this.#cut(typeof message === "string" ? message : "")}`;
    const cause = readData(error, "cause");
    if (cause === undefined || this.#isTooDeep()) return head;
    return { open: `${head} {`, items: [prefixed("cause: ", this.describe(cause))], close: "}" };
  }

  #list(name: string | undefined, { fields, length }: Items): Described {
    const prefix = name === undefined ? "" : `${name} `;
    if (this.#isTooDeep()) return `${prefix}[${String(length)} items]`;
    return {
      open: `${prefix}[`,
      items: this.#some(fields, length, (field) => this.#describeField(field)),
      close: "]",
    };
  }

  #describeMap(map: ReadonlyMap<unknown, unknown>): Described {
    const { size, entries } = entriesOf(map);
    const open = `Map(${String(size)}) {`;
    if (this.#isTooDeep()) return `${open}…}`;
    const items = this.#some(entries, size, ([key, value]) => {
      const described = this.describe(key);
      const shownKey = typeof described === "string" ? described : "[object]";
      return prefixed(`${shownKey} => `, this.describe(value));
    });
    return { open, items, close: "}" };
  }

  #describeFields(value: object, name: string | undefined): Described {
    const { keys, count } = shownKeys(value, this.#bounds.items);
    const prefix = name === undefined ? "" : `${this.#cut(name)} `;
    if (keys.length > 0 && this.#isTooDeep()) return `${prefix}{…}`;
    const items = this.#some(keys, count, (key) => {
      const field = Object.getOwnPropertyDescriptor(value, key) ?? {};
      return prefixed(`${nameKey(key)}: `, this.#describeField(field));
    });
    return { open: `${prefix}{`, items, close: "}" };
  }

  #describeField(field: Field): Described {
    if (field.get !== undefined) return "[getter]";
    if (field.set !== undefined) return "[setter]";
    return this.describe(field.value);
  }

  #some<T>(items: Iterable<T>, length: number, describe: (item: T) => Described): Described[] {
    const described: Described[] = [];
    for (const item of items) {
      const isFull = this.#left <= 0 || this.#charactersLeft <= 0;
      if (described.length >= this.#bounds.items || isFull) break;
      described.push(describe(item));
    }
    const more = length - described.length;
    return more > 0 ? [...described, `… ${String(more)} more`] : described;
  }

  #isTooDeep(): boolean {
    return this.#around.length > this.#bounds.depth || this.#left <= 0;
  }

  #cut(text: string): string {
    const limit = Math.min(this.#bounds.text, Math.max(this.#charactersLeft, 0));
    const shown = text.length <= limit ? text : `${text.slice(0, limit)}…`;
    this.#charactersLeft -= shown.length;
    return shown;
  }
}

const PLAIN = {
  depth: 0,
  customInspect: false,
  getters: false,
  breakLength: Infinity,
  maxArrayLength: 10,
  maxStringLength: 100,
} as const;

/** What shows itself as something else that shows itself as something else, and so on. */
const DEEPEST_CUSTOM = 20;

/** To write more digits may take minutes. */
const LARGEST_INTEGER = 10n ** 1000n;

function describePrimitive(value: unknown): string {
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "symbol") return `Symbol(${shorten(value.description ?? "")})`;
  if (typeof value !== "bigint") return String(value);
  const isLarge = value > LARGEST_INTEGER || value < -LARGEST_INTEGER;
  return isLarge ? "[bigint of more than 1000 digits]" : `${String(value)}n`;
}

function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}

/** What stands before the items; a plain array needs no name. */
function nameItems(value: object, name: string | undefined, { length }: Items): string | undefined {
  if (types.isSet(value)) return `Set(${String(length)})`;
  return name === undefined || name === "Array" ? undefined : shorten(name);
}

/** The first of them; whether the others are shown is not asked of each, they may be many. */
function shownKeys(value: object, limit: number): { keys: PropertyKey[]; count: number } {
  const all = Reflect.ownKeys(value);
  const keys: PropertyKey[] = [];
  let passed = 0;
  for (const key of all) {
    if (keys.length >= limit) break;
    passed += 1;
    if (isShown(value, key)) keys.push(key);
  }
  return { keys, count: keys.length + all.length - passed };
}

function describeOurs(value: object): Described | undefined {
  if (isOperation(value)) return `not started: ${describeCall(value)}`;
  if (isRun(value)) return `run ${value.id}`;
  if (isOutcome(value)) return `Outcome(${countsOf(value)})`;
  if (isScript(value)) return `sh ${quoteText(value.text, 200)}`;
  if (!isHosts(value)) return undefined;
  const { hosts } = value;
  const more = hosts.length > 10 ? [`… ${String(hosts.length - 10)} more`] : [];
  return {
    open: `Hosts(${String(hosts.length)}) [`,
    items: [...hosts.slice(0, 10), ...more],
    close: "]",
  };
}

function nameFunction(value: object): string {
  const name = readData(value, "name");
  const shown = typeof name === "string" && name !== "" ? shorten(name) : "(no name)";
  const isClass = /^class\b/u.test(Function.prototype.toString.call(value));
  const operation = readData(value, "operationName");
  if (typeof operation === "string") return `operation ${operation}`;
  if (readData(value, STAGE) !== undefined) return `stage ${shown}`;
  return isClass ? `class ${shown}` : `function ${shown}`;
}

function isBuiltIn(value: object): boolean {
  return (
    types.isDate(value) ||
    types.isRegExp(value) ||
    types.isPromise(value) ||
    types.isBoxedPrimitive(value) ||
    types.isAnyArrayBuffer(value) ||
    types.isDataView(value) ||
    types.isWeakMap(value) ||
    types.isWeakSet(value) ||
    types.isGeneratorObject(value) ||
    types.isExternal(value)
  );
}

function isShown(value: object, key: PropertyKey): boolean {
  return Object.getOwnPropertyDescriptor(value, key)?.enumerable === true;
}

function nameKey(key: PropertyKey): string {
  if (typeof key === "symbol") return `[${describePrimitive(key)}]`;
  const name = String(key);
  return name.length <= 80 && /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)
    ? name
    : quoteText(name, 80);
}
