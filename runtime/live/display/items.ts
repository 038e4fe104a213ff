// The items of built-in collections, read without running code of whoever made them: no iterator of theirs, no getter.
import { types } from "node:util";

/** As it stands in its owner: with a value, or with a getter that nobody must run. */
export type Field = Readonly<PropertyDescriptor>;

export interface Items {
  readonly length: number;
  readonly fields: Iterable<Field>;
}

/** Nothing when the value is no array, typed array or set. */
export function itemsOf(value: object): Items | undefined {
  if (Array.isArray(value)) return { length: value.length, fields: arrayFields(value) };
  if (types.isTypedArray(value)) {
    const length = Number(read(TYPED_ARRAY, "length", value));
    return { length, fields: asFields(TYPED_ARRAY.values.call(value)) };
  }
  if (!types.isSet(value)) return undefined;
  const length = Number(read(Set.prototype, "size", value));
  return { length, fields: asFields(Set.prototype.values.call(value)) };
}

export function entriesOf(map: ReadonlyMap<unknown, unknown>): {
  readonly size: number;
  readonly entries: Iterable<[unknown, unknown]>;
} {
  const size = Number(read(Map.prototype, "size", map));
  return { size, entries: Map.prototype.entries.call(map) };
}

const TYPED_ARRAY = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;

function* arrayFields(array: readonly unknown[]): Generator<Field> {
  for (let index = 0; index < array.length; index += 1) {
    yield Object.getOwnPropertyDescriptor(array, index) ?? { value: undefined };
  }
}

function* asFields(values: Iterable<unknown>): Generator<Field> {
  for (const value of values) yield { value };
}

function read(prototype: object, getter: string, value: object): unknown {
  return Object.getOwnPropertyDescriptor(prototype, getter)?.get?.call(value);
}
