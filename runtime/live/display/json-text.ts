// A value as JSON, within bounds and without running anybody's code; what JSON cannot say is told in words.
import { types } from "node:util";
import { isHosts } from "../../describe/hosts/hosts.ts";
import { isOperation, isRun } from "../../describe/pipelines/kinds.ts";
import { describeCall } from "../../describe/pipelines/titles.ts";
import { isScript } from "../../describe/script/script.ts";
import { isSecret } from "../../describe/secrets/secret.ts";
import { entriesOf, itemsOf } from "./items.ts";
import type { Field, Items } from "./items.ts";
import { readData } from "./read.ts";

export interface JsonText {
  readonly text: string;
  /** Such as `2 × function left out`. */
  readonly losses: readonly string[];
}

export interface JsonBounds {
  readonly depth: number;
  readonly values: number;
  /** UTF-16 units of all texts together. */
  readonly characters: number;
}

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface JsonForm {
  /** Nothing for what JSON has no word for: `undefined`, a function, a promise. */
  readonly json?: Json;
  readonly losses: readonly string[];
}

/** What a person pastes somewhere. */
const CLIPBOARD: JsonBounds = { depth: 50, values: 100_000, characters: 5_000_000 };

/** What a program reads is whole, as far as it fits into one text, and into the stack. */
const DOCUMENT: JsonBounds = { depth: 500, values: 10_000_000, characters: 200_000_000 };

/** For people: several lines, and never nothing. */
export function jsonText(value: unknown, bounds: JsonBounds = CLIPBOARD): JsonText {
  const { json = null, losses } = toJson(value, bounds);
  return { text: JSON.stringify(json, undefined, 2), losses };
}

export function toJson(value: unknown, bounds: JsonBounds = DOCUMENT): JsonForm {
  const converter = new Converter(bounds);
  const json = converter.convert(value);
  return { ...(json !== undefined && { json }), losses: converter.losses() };
}

/** Digits of a bigint beyond these take too long to write. */
const LARGEST_INTEGER = 10n ** 1000n;

class Converter {
  readonly #bounds: JsonBounds;
  readonly #around: object[] = [];
  readonly #counts = new Map<string, number>();
  #values: number;
  #characters: number;

  constructor(bounds: JsonBounds) {
    this.#bounds = bounds;
    this.#values = bounds.values;
    this.#characters = bounds.characters;
  }

  losses(): string[] {
    return [...this.#counts].map(([what, count]) => `${String(count)} ${what}`);
  }

  /** Nothing for what JSON leaves out. */
  convert(value: unknown): Json | undefined {
    this.#values -= 1;
    switch (typeof value) {
      case "string":
        return this.#text(value);
      case "number":
        return Number.isFinite(value) ? value : this.#say("× NaN or Infinity as null", null);
      case "boolean":
        return value;
      case "bigint":
        return this.#integer(value);
      case "undefined":
        return undefined;
      case "function":
        return this.#say("× function left out", undefined);
      case "symbol":
        return this.#say("× symbol left out", undefined);
      case "object":
        return value === null ? null : this.#object(value);
    }
  }

  #object(value: object): Json | undefined {
    if (types.isProxy(value)) return this.#say("× proxy left out", undefined);
    if (this.#around.includes(value)) return this.#say("× circular reference as null", null);
    if (this.#around.length >= this.#bounds.depth) return this.#say("× too deep, as null", null);
    this.#around.push(value);
    try {
      return this.#enter(value);
    } finally {
      this.#around.pop();
    }
  }

  #enter(value: object): Json | undefined {
    if (isOperation(value)) return `not started: ${describeCall(value)}`;
    if (isRun(value)) return `run ${value.id}`;
    if (isScript(value)) return this.#text(value.text);
    if (isHosts(value)) return [...value.hosts];
    if (isSecret(value)) return `secret ${value.secret}`;
    if (isAddress(value)) return value.href;
    if (types.isDate(value)) {
      const time = Date.prototype.getTime.call(value);
      return Number.isNaN(time) ? null : Date.prototype.toISOString.call(value);
    }
    if (types.isRegExp(value)) return RegExp.prototype.toString.call(value);
    if (types.isPromise(value)) return this.#say("× promise left out", undefined);
    if (types.isNativeError(value)) return this.#error(value);
    const items = itemsOf(value);
    if (items !== undefined) return this.#list(items);
    return types.isMap(value) ? this.#map(value) : this.#fields(value);
  }

  /** JavaScript's own way: digits that a number cannot hold stay as they are in a text. */
  #integer(value: bigint): Json {
    const isSafe = value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;
    if (isSafe) return Number(value);
    if (value > LARGEST_INTEGER || value < -LARGEST_INTEGER)
      return this.#say("× integer of more than 1000 digits as null", null);
    return this.#say("× large integer as text", String(value));
  }

  #text(text: string): string {
    const kept = text.slice(0, Math.max(0, this.#characters));
    this.#characters -= kept.length;
    const cut = text.length - kept.length;
    if (cut > 0) this.#say("× character cut", undefined, cut);
    return kept;
  }

  #list({ fields, length }: Items): Json[] {
    const list: Json[] = [];
    for (const field of fields) {
      if (this.#isFull()) break;
      list.push(this.#field(field) ?? null);
    }
    if (list.length < length) this.#say("× item cut", undefined, length - list.length);
    return list;
  }

  /** As an object when its keys are texts, else as a list of pairs. */
  #map(map: ReadonlyMap<unknown, unknown>): Json {
    const { size, entries } = entriesOf(map);
    let named = true;
    for (const [key] of entriesOf(map).entries) if (typeof key !== "string") named = false;
    const fields = (function* (): Generator<[unknown, Field]> {
      for (const [key, value] of entries) yield [key, { value }];
    })();
    if (named) return this.#entries(fields as Iterable<[string, Field]>, size);
    const pairs = (function* (): Generator<Field> {
      for (const [key, { value }] of fields) yield { value: [key, value] };
    })();
    return this.#list({ fields: pairs, length: size });
  }

  #error(error: Error): Json {
    const fields = ["name", "message", "cause", "errors"].flatMap((key): [string, Field][] => {
      const value = readData(error, key);
      return value === undefined ? [] : [[key, { value }]];
    });
    return { ...this.#entries(fields, fields.length), ...this.#fields(error) };
  }

  #fields(value: object): { [key: string]: Json } {
    const own = Object.hasOwn(value, "toJSON");
    if (!own && typeof readData(value, "toJSON") === "function")
      this.#say("× toJSON not called", 0);
    const keys = Object.keys(value);
    const fields = (function* (): Generator<[string, Field]> {
      for (const key of keys) yield [key, Object.getOwnPropertyDescriptor(value, key) ?? {}];
    })();
    return this.#entries(fields, keys.length);
  }

  #entries(entries: Iterable<[string, Field]>, length: number): { [key: string]: Json } {
    const fields: [string, Json][] = [];
    let seen = 0;
    for (const [key, field] of entries) {
      if (this.#isFull()) {
        this.#say("× item cut", undefined, length - seen);
        break;
      }
      seen += 1;
      const converted = this.#field(field);
      if (converted !== undefined) fields.push([this.#text(key), converted]);
    }
    return Object.fromEntries(fields);
  }

  #field(field: Field): Json | undefined {
    return "value" in field ? this.convert(field.value) : this.#say("× getter left out", undefined);
  }

  #isFull(): boolean {
    return this.#values <= 0 || this.#characters <= 0;
  }

  #say<T>(what: string, instead: T, count = 1): T {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + count);
    return instead;
  }
}

/** Of the address classes of Node only this one says nothing of itself in its fields. */
function isAddress(value: object): value is URL {
  return value instanceof URL;
}
