// Loads whole files: one load at a time per file, circular imports never wait for each other.
import { AsyncLocalStorage } from "node:async_hooks";
import { readSource } from "../refresh/disk-text.ts";
import type { WholeFiles } from "../compile/whole-files.ts";
import type { SourceDocument } from "../text/document.ts";
import type { Form } from "../text/form.ts";
import { reportMistakes } from "./held-resources.ts";
import type { LiveFile } from "./live-file.ts";
import type { Runner } from "../runner.ts";
import { syntaxMistake } from "../text/source-mistake.ts";
import { parse } from "../text/syntax.ts";

/** Work on a file, on whose behalf other files may be loaded. */
interface Activity {
  readonly file: LiveFile;
  readonly parent: Activity | undefined;
  /** The loads that it waits for. */
  readonly waitsFor: Set<Activity>;
  isOver: boolean;
}

interface Load {
  readonly activity: Activity;
  readonly done: Promise<void>;
}

export interface LoadReport {
  /** Names that the file had and has no more. */
  readonly removed: readonly string[];
}

export class Loader {
  readonly #runner: () => Runner;
  readonly #wholeFiles: WholeFiles;
  readonly #current = new AsyncLocalStorage<Activity>();
  readonly #loads = new Map<LiveFile, Load>();

  /** `runner`: asked for late, because it imports through this loader. */
  constructor(runner: () => Runner, wholeFiles: WholeFiles) {
    this.#runner = runner;
    this.#wholeFiles = wholeFiles;
  }

  /** Runs `body` as work on `file`: what it imports may import `file` again without waiting. */
  async workOn<T>(file: LiveFile, body: () => Promise<T>): Promise<T> {
    return this.#perform(this.#begin(file), body);
  }

  /** For an import: evaluates what never was of the file, unless that is under way. */
  async ensureLoaded(file: LiveFile): Promise<void> {
    if (file.isLoaded || this.#isWorkedOnHere(file)) return;
    const running = this.#loads.get(file);
    if (running !== undefined) return this.#waitFor(running);
    file.onDisk.look(file.path);
    const text = file.onDisk.text ?? readSource(file.path);
    const document = this.#wholeFiles.read(file.path, text);
    await this.#start(file, () =>
      this.#runForms(file, document, (form) => wasEvaluated(file, form)),
    );
  }

  /** Evaluates the whole file anew, without its `import.meta.repl` blocks. */
  async load(file: LiveFile, document: SourceDocument): Promise<LoadReport> {
    demandSound(document);
    if (this.#loads.has(file)) await this.#untilNotLoading(file);
    const removed = namesGone(file, document);
    await this.#start(file, async () => {
      reportMistakes(await file.held.disposeOfFile());
      this.#forget(file, removed);
      await this.#runForms(file, document, () => false);
    });
    return { removed };
  }

  /** Evaluates anew what was evaluated of a file: all of one that was loaded, else the forms whose names have values. */
  async refresh(file: LiveFile, document: SourceDocument): Promise<LoadReport> {
    if (file.isLoaded) return this.load(file, document);
    if (this.#loads.has(file)) await this.#untilNotLoading(file);
    const isEvaluated = (name: string) => file.bindings.isEvaluated(name);
    const again = new Set(document.forms.filter(({ names }) => names.some(isEvaluated)));
    const removed = namesGone(file, document);
    await this.workOn(file, async () => {
      const holder = { key: "what is gone", inRepl: false, names: removed };
      reportMistakes(await file.held.disposeOf(holder));
      this.#forget(file, removed);
      await this.#runForms(file, document, (form) => !again.has(form));
    });
    return { removed };
  }

  /** Deletes names, and all exports, which loading declares anew. */
  #forget(file: LiveFile, names: readonly string[]): void {
    this.#runner().forget(file, names);
    file.module.clear();
    file.evaluated.clear();
  }

  /** Whether a load that is under way fails is told to who started it. */
  async #untilNotLoading(file: LiveFile): Promise<void> {
    const running = this.#loads.get(file);
    if (running !== undefined) await this.#waitFor(running).catch(() => undefined);
  }

  async #start(file: LiveFile, body: () => Promise<void>): Promise<void> {
    const { promise: done, resolve, reject } = Promise.withResolvers<void>();
    const load: Load = { activity: this.#begin(file), done };
    this.#loads.set(file, load);
    this.#perform(load.activity, body).then(resolve, reject);
    try {
      await this.#waitFor(load);
      file.isLoaded = true;
      file.onDisk.loaded();
    } finally {
      this.#loads.delete(file);
    }
  }

  #begin(file: LiveFile): Activity {
    return { file, parent: this.#current.getStore(), waitsFor: new Set(), isOver: false };
  }

  async #perform<T>(activity: Activity, body: () => Promise<T>): Promise<T> {
    try {
      return await this.#current.run(activity, body);
    } finally {
      activity.isOver = true;
    }
  }

  async #runForms(
    file: LiveFile,
    document: SourceDocument,
    isDone: (form: Form) => boolean,
  ): Promise<void> {
    demandSound(document);
    const runner = this.#runner();
    file.declarations.text = document.text;
    for (const form of document.forms) runner.declareExports(file, form);
    const forms = loadOrder(document.forms);
    const undone = forms.filter((form) => !isDone(form));
    const imports = undone.filter(isImport);
    for (const form of imports) await runner.run(file, document, { form }, { isLoad: true });
    const others = undone.filter((form) => !isImport(form) && !isDone(form));
    const compiled = runner.compileTogether(file, document, others);
    for (const form of others) {
      if (isDone(form)) continue;
      const executable = compiled.get(form);
      await runner.run(file, document, { form }, { isLoad: true, executable });
    }
  }

  /** Waiting for a load that waits for the waiter would never end: a circular import goes on at once. */
  async #waitFor({ activity, done }: Load): Promise<void> {
    const waiter = this.#current.getStore();
    if (waiter === undefined) return done;
    const chain = [...ancestors(waiter)];
    if (chain.some((one) => reaches(activity, one))) return;
    waiter.waitsFor.add(activity);
    try {
      await done;
    } finally {
      waiter.waitsFor.delete(activity);
    }
  }

  #isWorkedOnHere(file: LiveFile): boolean {
    for (const activity of ancestors(this.#current.getStore())) {
      if (activity.file === file && !activity.isOver) return true;
    }
    return false;
  }
}

function* ancestors(activity: Activity | undefined): Generator<Activity> {
  for (let one = activity; one !== undefined; one = one.parent) yield one;
}

function reaches(from: Activity, target: Activity, seen = new Set<Activity>()): boolean {
  if (from === target) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return [...from.waitsFor].some((next) => reaches(next, target, seen));
}

/** Refuses what Node would refuse before it runs anything, such as a name that is declared twice. */
export function demandSound(document: SourceDocument): void {
  if (document.isSound) return;
  const [mistake] = parse(document.file, document.text, { isThorough: true }).mistakes;
  if (mistake !== undefined) throw syntaxMistake(document, mistake);
}

/** Imports first and functions next, as everywhere in JavaScript; blocks for the cursor never. */
function loadOrder(forms: readonly Form[]): Form[] {
  const isFunction = ({ kind }: Form) => kind === "function";
  const others = forms.filter(
    (form) => form.kind !== "repl" && !isImport(form) && !isFunction(form),
  );
  return [...forms.filter(isImport), ...forms.filter(isFunction), ...others];
}

function isImport({ kind }: Form): boolean {
  return kind === "import" || kind === "export";
}

function wasEvaluated(file: LiveFile, form: Form): boolean {
  if (file.evaluated.has(form.text)) return true;
  return form.names.length > 0 && form.names.every((name) => file.bindings.isEvaluated(name));
}

function namesGone(file: LiveFile, document: SourceDocument): string[] {
  return file.bindings
    .evaluatedNames()
    .filter((name) => document.declaring(name, false) === undefined);
}
