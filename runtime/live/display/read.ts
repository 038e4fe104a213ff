// Reads other people's objects without running their code: no getter, no proxy trap.
import { types } from "node:util";

/** A property's value, its own or inherited, if it is plain data; nothing for a getter. */
export function readData(object: object, key: PropertyKey): unknown {
  for (
    let at: object | null = object;
    at !== null;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    if (types.isProxy(at)) return undefined;
    const found = Object.getOwnPropertyDescriptor(at, key);
    if (found !== undefined) return found.value;
  }
  return undefined;
}

/** The name of its class; nothing for a plain object. */
export function classNameOf(object: object): string | undefined {
  const prototype = Object.getPrototypeOf(object) as object | null;
  if (prototype === null) return undefined;
  const constructor = readData(prototype, "constructor");
  if (typeof constructor !== "function") return undefined;
  const name = readData(constructor, "name");
  return typeof name === "string" && name !== "" && name !== "Object" ? name : undefined;
}
