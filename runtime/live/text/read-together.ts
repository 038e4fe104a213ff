// Analyses the names in many forms at once.
import type { Form } from "./form.ts";
import { referencesIn } from "./syntax.ts";

/** Analyses forms that each stand in one place all at once, which is cheaper than one by one when all of them are needed. */
export function readTogether(forms: readonly Form[]): void {
  const ordered = forms.toSorted((one, other) => one.start - other.start);
  for (const form of ordered) void form.parents; // by which the nodes get what the analysis wants
  const references = referencesIn(ordered.flatMap(({ nodes }) => nodes));
  references.sort((one, other) => one.node.start - other.node.start);
  let next = 0;
  for (const form of ordered) {
    const first = next;
    while ((references[next]?.node.start ?? Infinity) < form.end) next += 1;
    form.read(references.slice(first, next));
  }
}
