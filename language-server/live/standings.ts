// What the live process has told of how forms stand, kept for all windows; empty when it starts anew.
import type { StandingChange } from "re-ops/server";
import { standingKey } from "re-ops/syntax";
import { FormLineage } from "../documents/form-lineage.ts";

export type StoodForm = NonNullable<StandingChange["form"]>;

/** Of one file. */
export interface FileStandings {
  /** By what a form is known by. */
  readonly forms: ReadonlyMap<string, StoodForm>;
  /** Follows forms that are known by their code through edits. */
  readonly lineage: FormLineage;
}

export interface Standings {
  apply(changes: readonly StandingChange[]): void;
  /** There is another live process, in which nothing has been evaluated. */
  clear(): void;
  /** Undefined for a file of which nothing was ever evaluated, in no live process. */
  of(file: string): FileStandings | undefined;
  /** Tells which files have changed; returns how to stop. */
  onChange(listener: (files: readonly string[]) => void): () => void;
}

/** As in the live process: beyond it forms that declare nothing are forgotten. */
const MOST_FORMS = 10_000;

interface File {
  readonly forms: Map<string, StoodForm>;
  readonly lineage: FormLineage;
}

export function createStandings(): Standings {
  const files = new Map<string, File>();
  const listeners = new Set<(files: readonly string[]) => void>();
  const tell = (changed: Iterable<string>) => {
    const all = [...new Set(changed)];
    for (const listener of listeners) listener(all);
  };
  return {
    apply(changes) {
      for (const { file, form, removed = [] } of changes) {
        const known = files.get(file) ?? { forms: new Map(), lineage: new FormLineage() };
        files.set(file, known);
        forget(known.forms, removed);
        if (form !== undefined) keep(known.forms, form);
      }
      tell(changes.map(({ file }) => file));
    },
    clear() {
      for (const { forms } of files.values()) forms.clear();
      tell(files.keys());
    },
    of: (file) => files.get(file),
    onChange(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/** The latest stand last. */
function keep(forms: Map<string, StoodForm>, form: StoodForm): void {
  const key = standingKey({ ...form, code: form.code ?? form.failedCode ?? "" });
  forms.delete(key);
  forms.set(key, form);
  if (forms.size <= MOST_FORMS) return;
  for (const [oldest, { names }] of forms) {
    if (names.length > 0) continue;
    forms.delete(oldest);
    return;
  }
}

function forget(forms: Map<string, StoodForm>, removed: readonly string[]): void {
  if (removed.length === 0) return;
  for (const [key, { inRepl, names }] of forms) {
    if (!inRepl && names.some((name) => removed.includes(name))) forms.delete(key);
  }
}
