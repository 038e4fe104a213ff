// How the forms of each open file stand, as the servers told last, and the words for it.
import type { FormMark, FormState } from "re-ops/protocol";
import { shiftOfLines, type TextEdit } from "./edits.ts";

/** `areMoved`: by an edit, by which what is drawn has moved, too, or fallen together. */
export type MarksListener = (file: string, areMoved: boolean) => void;

export class FormMarks {
  readonly #files = new Map<
    string,
    { readonly project: string; readonly marks: readonly FormMark[] }
  >();
  readonly #listeners = new Set<MarksListener>();

  /** In source order. */
  of(file: string): readonly FormMark[] {
    return this.#files.get(file)?.marks ?? [];
  }

  set(project: string, file: string, marks: readonly FormMark[]): void {
    this.#files.set(file, { project, marks });
    this.#tell(file);
  }

  /** Marks move with their lines. */
  edit(file: string, edits: readonly TextEdit[]): void {
    const known = this.#files.get(file);
    if (known === undefined || !edits.some(changesLines)) return;
    const marks = known.marks.map((mark) => edits.reduce(moveMark, mark));
    this.#files.set(file, { ...known, marks });
    this.#tell(file, true);
  }

  close(file: string): void {
    if (this.#files.delete(file)) this.#tell(file);
  }

  /** The project's server is gone: nobody knows how its forms stand. */
  forget(project: string): void {
    for (const [file, known] of this.#files) if (known.project === project) this.close(file);
  }

  /** Tells which file has other marks; returns how to stop. */
  onChange(listener: MarksListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #tell(file: string, areMoved = false): void {
    for (const listener of this.#listeners) listener(file, areMoved);
  }
}

function changesLines({ from, to, text }: TextEdit): boolean {
  return from.line !== to.line || text.includes("\n");
}

function moveMark(mark: FormMark, edit: TextEdit): FormMark {
  const by = shiftOfLines({ first: mark.line, last: mark.line }, edit) ?? 0;
  return by === 0 ? mark : { ...mark, line: mark.line + by };
}

/** What a mark means and what to do, in Markdown; nothing for those that say all there is to say. */
export function describeMark({ state, older = [] }: FormMark): string | undefined {
  const stale = older.length > 0 ? describeOlder(older) : undefined;
  const words = WORDS[state];
  const texts = [...(words === undefined ? [] : [words]), ...(stale === undefined ? [] : [stale])];
  return texts.length === 0 ? undefined : texts.join("\n\n");
}

const WORDS: Readonly<Record<FormState, string | undefined>> = {
  current: undefined,
  edited:
    "**Edited since it was evaluated**: what was evaluated goes on being used. Evaluate this form to use the edited one.",
  failed:
    "**Failed** when it was evaluated last: what it declares has the value that it had before, if any.",
  never: undefined,
  older: undefined,
};

function describeOlder(names: readonly string[]): string {
  const list = new Intl.ListFormat("en").format(names.map((name) => `\`${name}\``));
  return names.length === 1
    ? `**Holds an older** ${list}, which was evaluated again since. Evaluate this form to use the new one.`
    : `**Holds older** ${list}, which were evaluated again since. Evaluate this form to use the new ones.`;
}
