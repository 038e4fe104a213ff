// How each form stands: what of it was evaluated last, whether that failed, and which older values it holds.
import type { StandingChange } from "../../protocol/live.ts";
import type { Versioned } from "../modules/bindings.ts";
import type { FormCode } from "../text/form-code.ts";
import type { Form } from "../text/form.ts";
import { standingKey } from "../text/standing-key.ts";
import { type HeldValue, olderNames, valuesFor } from "./held-values.ts";
import type { LiveFile } from "../modules/live-file.ts";
import { isWhole, type Piece } from "../compile/rewrite.ts";

/** One evaluation of a form; of several the one that ends last counts. */
export interface Attempt {
  succeed(): void;
  /** Also after it succeeded, when what its value stands for has failed. */
  fail(): void;
}

interface Standing {
  readonly file: LiveFile;
  readonly inRepl: boolean;
  /** Empty for a form that declares nothing: its code tells it from others. */
  readonly names: readonly string[];
  coded?: FormCode;
  failedCode?: string;
  held: readonly HeldValue[];
}

/** In one file: beyond it forms that declare nothing are forgotten. */
const MOST_STANDINGS = 10_000;

export class Standings {
  readonly #onChange: () => void;
  readonly #standings = new Map<LiveFile, Map<string, Standing>>();
  readonly #holders = new WeakMap<Versioned, Set<Standing>>();
  readonly #changed = new Set<Standing>();
  readonly #removed = new Map<LiveFile, Set<string>>();

  /** `onChange`: there is something to take. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** To be asked before the code runs. Nothing for what tells nothing of its form: types, or an expression inside it. */
  begin(file: LiveFile, piece: Piece): Attempt | undefined {
    const { form } = piece;
    if (!isWhole(piece) || form.kind === "types") return undefined;
    const values = valuesFor(file, form);
    return {
      succeed: () => {
        const standing = this.#standingOf(file, form);
        const isNew = standing.coded === undefined;
        standing.coded = form.coded;
        delete standing.failedCode;
        this.#hold(standing, values);
        this.#noteChange(standing);
        if (form.kind === "import" && !isNew) this.#lookAgainAt(file, form.names);
      },
      fail: () => {
        const standing = this.#standingOf(file, form);
        standing.failedCode = form.code;
        this.#noteChange(standing);
      },
    };
  }

  /** A binding got another value. */
  republished(origin: Versioned): void {
    for (const holder of this.#holders.get(origin) ?? []) this.#noteChange(holder);
  }

  /** Names that a file has no more. */
  remove(file: LiveFile, names: readonly string[]): void {
    if (names.length === 0) return;
    const standings = this.#standings.get(file) ?? new Map<string, Standing>();
    for (const [key, standing] of standings) {
      if (standing.inRepl || !standing.names.some((name) => names.includes(name))) continue;
      standings.delete(key);
      this.#forget(standing);
    }
    this.#removed.set(file, new Set([...(this.#removed.get(file) ?? []), ...names]));
    this.#onChange();
  }

  /** Remembers how the forms of a file stand; what is returned puts it back. */
  remember(file: LiveFile): () => void {
    const before = [...(this.#standings.get(file) ?? [])].map(([key, one]) => ({
      key,
      standing: { ...one },
    }));
    return () => {
      const kept = new Set(before.map(({ key }) => key));
      const now = this.#standings.get(file) ?? new Map<string, Standing>();
      const added = [...now].filter(([key]) => !kept.has(key));
      this.remove(
        file,
        added.flatMap(([, { names }]) => names),
      );
      for (const one of now.values()) this.#forget(one);
      const again = new Map<string, Standing>();
      for (const { key, standing } of before) {
        const { held } = standing;
        standing.held = [];
        this.#hold(standing, held);
        again.set(key, standing);
        this.#noteChange(standing);
      }
      this.#standings.set(file, again);
    };
  }

  /** What changed since it was taken last; what was removed comes first. */
  take(): StandingChange[] {
    const removed = [...this.#removed].map(([{ path }, names]): StandingChange => ({
      file: path,
      removed: [...names],
    }));
    const changed = [...this.#changed].map(describe);
    this.#removed.clear();
    this.#changed.clear();
    return [...removed, ...changed];
  }

  /** The latest stand last. */
  #standingOf(file: LiveFile, form: Form): Standing {
    const standings = this.#standings.get(file) ?? new Map<string, Standing>();
    this.#standings.set(file, standings);
    const key = standingKey(form);
    const { names, inRepl } = form;
    const standing = standings.get(key) ?? { file, inRepl, names, held: [] };
    standings.delete(key);
    standings.set(key, standing);
    if (standings.size > MOST_STANDINGS) this.#forgetOldestNameless(standings);
    return standing;
  }

  #forgetOldestNameless(standings: Map<string, Standing>): void {
    for (const [key, standing] of standings) {
      if (standing.names.length > 0) continue;
      standings.delete(key);
      this.#forget(standing);
      return;
    }
  }

  #forget(standing: Standing): void {
    this.#hold(standing, []);
    this.#changed.delete(standing);
  }

  #hold(standing: Standing, values: readonly HeldValue[]): void {
    for (const { origin } of standing.held) this.#holders.get(origin)?.delete(standing);
    standing.held = values;
    for (const { origin } of values) {
      const holders = this.#holders.get(origin) ?? new Set();
      this.#holders.set(origin, holders.add(standing));
    }
  }

  /** An import that was edited may bring its names from elsewhere. */
  #lookAgainAt(file: LiveFile, names: readonly string[]): void {
    for (const standing of this.#standings.get(file)?.values() ?? []) {
      if (standing.held.some(({ name }) => names.includes(name))) this.#noteChange(standing);
    }
  }

  #noteChange(standing: Standing): void {
    this.#changed.add(standing);
    this.#onChange();
  }
}

function describe(standing: Standing): StandingChange {
  const { file, inRepl, names, coded, failedCode, held } = standing;
  return {
    file: file.path,
    form: {
      inRepl,
      names,
      older: olderNames(file, held),
      ...(coded !== undefined && { code: coded.code }),
      ...(failedCode !== undefined && { failedCode }),
    },
  };
}
