// What stands beside the user's forms: which evaluation, where it is in the text now, and how it stands.
import type { EvaluateResult, EvaluationError, EvaluationMode, Range } from "re-ops/protocol";
import { overlaps, shiftOfLines, shiftRange, stretchRange, type TextEdit } from "./edits.ts";

export type InlinePhase =
  /** Asked for; which range it takes is not known yet. `waits` while there is no server to ask. */
  | { readonly kind: "asked"; readonly waits: boolean }
  | { readonly kind: "running" }
  | { readonly kind: "settled"; readonly result: EvaluateResult }
  /** No answer will come; `message` says why. */
  | { readonly kind: "lost"; readonly message: string };

export interface InlineResult {
  readonly id: string;
  readonly file: string;
  readonly mode: EvaluationMode;
  readonly range: Range;
  readonly phase: InlinePhase;
  /** Where the error is now; undefined when there is none, or its line was edited. */
  readonly errorAt: EvaluationError | undefined;
}

export interface Asked {
  readonly id: string;
  readonly file: string;
  readonly mode: EvaluationMode;
  /** A guess until the server says which form it takes. */
  readonly range: Range;
  readonly waits: boolean;
}

interface Entry extends InlineResult {
  range: Range;
  phase: InlinePhase;
  errorAt: EvaluationError | undefined;
  /** Edits since the text was sent, which ranges in the answer do not know of. */
  edits: TextEdit[];
}

export class InlineResults {
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<(file: string) => void>();

  /** Called with the file whose results changed. */
  onChange(listener: (file: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** An evaluation was asked for; one that waits for a server is shown at once. */
  begin({ waits, ...asked }: Asked): void {
    this.#add(asked, { kind: "asked", waits });
    if (waits) this.#tell(asked.file);
  }

  /** A run of an earlier window or connection that still goes on. */
  adopt(id: string, file: string, range: Range, runId: string): void {
    if (this.#entries.has(id)) return;
    const said = { display: "", detail: "", ms: 0 };
    const result: EvaluateResult = { kind: "value", range, runs: [runId], ...said };
    this.#add({ id, file, range, mode: "form" }, { kind: "settled", result });
    this.#tell(file);
  }

  /** The server has chosen the range; settled results of the same text make room. */
  start(id: string, range: Range): void {
    const entry = this.#entries.get(id);
    if (entry?.phase.kind !== "asked") return;
    this.#place(entry, range);
    entry.phase = { kind: "running" };
    this.#tell(entry.file);
  }

  settle(id: string, result: EvaluateResult): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    if (entry.phase.kind === "asked") this.#place(entry, result.range);
    entry.phase = { kind: "settled", result };
    if (result.kind === "error") entry.errorAt = placedError(result.error, entry);
    entry.edits = [];
    this.#tell(entry.file);
  }

  lose(id: string, message: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.phase = { kind: "lost", message };
    entry.edits = [];
    this.#tell(entry.file);
  }

  /** Moves results along; one whose own form was edited goes, unless it is still running. */
  edit(file: string, edits: readonly TextEdit[]): void {
    let changed = false;
    for (const entry of this.#entries.values()) {
      for (const edit of edits) {
        changed = this.#editError(entry, file, edit) || changed;
        if (entry.file === file) changed = this.#editEntry(entry, edit) || changed;
      }
    }
    if (changed) this.#tell(file);
  }

  /** Removes what is settled; what is running stays in view. True when there was something. */
  clear(file: string): boolean {
    const settled = [...this.#entries.values()].filter(
      (entry) => entry.file === file && isSettled(entry),
    );
    for (const entry of settled) this.#entries.delete(entry.id);
    if (settled.length > 0) this.#tell(file);
    return settled.length > 0;
  }

  /** The document is gone, and with it the places. */
  close(file: string): void {
    const gone = this.of(file);
    for (const entry of gone) this.#entries.delete(entry.id);
    if (gone.length > 0) this.#tell(file);
  }

  get(id: string): InlineResult | undefined {
    return this.#entries.get(id);
  }

  /** In the order in which they were asked for. */
  of(file: string): readonly InlineResult[] {
    return this.all().filter((entry) => entry.file === file);
  }

  all(): readonly InlineResult[] {
    return [...this.#entries.values()];
  }

  filesWithSettled(): readonly string[] {
    return [
      ...new Set(
        this.all()
          .filter(isSettled)
          .map((entry) => entry.file),
      ),
    ];
  }

  #add(asked: Omit<Asked, "waits">, phase: InlinePhase): void {
    this.#entries.set(asked.id, { ...asked, phase, errorAt: undefined, edits: [] });
  }

  #place(entry: Entry, sent: Range): void {
    let range = sent;
    for (const edit of entry.edits) range = stretchRange(range, edit);
    // A whole file is no place for a result: it stands where the cursor was.
    if (entry.mode !== "file") entry.range = range;
    for (const other of this.#entries.values()) {
      const replaced = other.file === entry.file && other !== entry && isSettled(other);
      if (replaced && overlaps(other.range, range)) this.#entries.delete(other.id);
    }
  }

  #editEntry(entry: Entry, edit: TextEdit): boolean {
    const before = entry.range;
    if (!isSettled(entry)) {
      entry.edits.push(edit);
      entry.range = stretchRange(before, edit);
      return entry.range !== before;
    }
    const shifted = shiftRange(before, edit);
    if (shifted === undefined) this.#entries.delete(entry.id);
    else entry.range = shifted;
    return shifted !== before;
  }

  #editError(entry: Entry, file: string, edit: TextEdit): boolean {
    if (entry.errorAt?.file !== file) return false;
    const moved = moveError(entry.errorAt, edit);
    const changed = moved !== entry.errorAt;
    entry.errorAt = moved;
    return changed;
  }

  #tell(file: string): void {
    for (const listener of this.#listeners) listener(file);
  }
}

function isSettled(entry: InlineResult): boolean {
  return entry.phase.kind === "settled" || entry.phase.kind === "lost";
}

function placedError(error: EvaluationError, entry: Entry): EvaluationError | undefined {
  if (error.file !== entry.file) return error;
  return entry.edits.reduce<EvaluationError | undefined>(
    (placed, edit) => placed && moveError(placed, edit),
    error,
  );
}

function moveError(error: EvaluationError, edit: TextEdit): EvaluationError | undefined {
  const lines = { first: error.line - 1, last: (error.endLine ?? error.line) - 1 };
  const by = shiftOfLines(lines, edit);
  if (by === undefined) return undefined;
  if (by === 0) return error;
  const endLine = error.endLine === undefined ? {} : { endLine: error.endLine + by };
  return { ...error, line: error.line + by, ...endLine };
}
