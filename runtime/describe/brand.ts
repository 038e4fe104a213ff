// The brands by which Re-ops knows its own values, also those made by another copy of the library or rebuilt from a message.
export const HOSTS = Symbol.for("re-ops.hosts");
export const OPERATION = Symbol.for("re-ops.operation");
export const STAGE = Symbol.for("re-ops.stage");
export const OUTCOME = Symbol.for("re-ops.outcome");
export const RUN = Symbol.for("re-ops.run");
export const SCRIPT = Symbol.for("re-ops.script");
export const SECRET = Symbol.for("re-ops.secret");
export const PICKER = Symbol.for("re-ops.picker");

/** Whether `value` carries `brand`; `instanceof` alone never decides. */
export function hasBrand<B extends symbol>(value: unknown, brand: B): value is Record<B, unknown> {
  return (
    value !== null &&
    (typeof value === "object" || typeof value === "function") &&
    brand in value &&
    (value as Record<symbol, unknown>)[brand] !== undefined
  );
}
