// The values of other names that a form took when it was evaluated, and which of these names have another value by now.
import type { Versioned } from "../modules/bindings.ts";
import type { Form } from "../text/form.ts";
import type { LiveFile } from "../modules/live-file.ts";

export interface HeldValue {
  readonly name: string;
  /** Only where the name stands for a whole module. */
  readonly member?: string;
  readonly inRepl: boolean;
  /** Where the value came from, in whichever file that is. */
  readonly origin: Versioned;
  readonly version: number;
}

/** What a form would take now. */
export function valuesFor(file: LiveFile, form: Form): HeldValue[] {
  if (!keepsValues(form)) return [];
  const { inRepl } = form;
  return form.atOnce.flatMap(({ name, member }) => {
    const own = originOf(file, { name, inRepl });
    if (own !== undefined) return { name, inRepl, origin: own, version: own.version };
    const origin = member === undefined ? undefined : originOf(file, { name, member, inRepl });
    if (member === undefined || origin === undefined) return [];
    return { name, member, inRepl, origin, version: origin.version };
  });
}

/** Names whose value is another one than the one that is held. */
export function olderNames(file: LiveFile, held: readonly HeldValue[]): string[] {
  const older = held.filter((one) => {
    const now = originOf(file, one);
    return now !== undefined && (now !== one.origin || now.version !== one.version);
  });
  const names = older.map(({ name, member }) =>
    member === undefined ? name : `${name}.${member}`,
  );
  return [...new Set(names)];
}

/** Functions and imports hold nothing; what is tried out in an `import.meta.repl` block only when it has a name. */
function keepsValues({ kind, names, inRepl }: Form): boolean {
  if (kind === "function" || kind === "import" || kind === "export") return false;
  return !inRepl || names.length > 0;
}

function originOf(
  file: LiveFile,
  { name, member, inRepl }: Pick<HeldValue, "name" | "member" | "inRepl">,
): Versioned | undefined {
  const scratched = inRepl ? file.scratch.originOf(name, member) : undefined;
  return scratched ?? file.bindings.originOf(name, member);
}
