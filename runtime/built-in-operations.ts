// The operations that come with Re-ops, for whoever shows what there is.
import * as reops from "./public.ts";

export interface BuiltInOperation {
  readonly name: string;
  /** One sentence. */
  readonly doc: string;
}

export const builtInOperations: readonly BuiltInOperation[] = Object.entries(reops).flatMap(
  ([name, value]) => ("operationName" in value && "doc" in value ? [{ name, doc: value.doc }] : []),
);
