// Refresh: what changed on disk is evaluated anew, what others import first; a broken file changes nothing.
import path from "node:path";
import type { RefreshReport } from "../../port.ts";
import type { EvaluationError } from "../../protocol/evaluation.ts";
import { readText } from "./disk-text.ts";
import { readWhole } from "../text/document.ts";
import type { SourceDocument } from "../text/document.ts";
import { reportMistakes } from "../modules/held-resources.ts";
import type { Importer } from "../modules/imports.ts";
import type { JsonFile, JsonFiles } from "../modules/json-files.ts";
import { jsonMistake } from "../mistakes/json-mistake.ts";
import type { LiveFile, LiveFiles } from "../modules/live-file.ts";
import { demandSound } from "../modules/loader.ts";
import type { Loader } from "../modules/loader.ts";
import type { OnceValues } from "../modules/once.ts";
import { inImportOrder } from "../modules/import-order.ts";
import { RefreshFailure } from "./refresh-failure.ts";
import type { Runner } from "../runner.ts";
import { isStale } from "./stale.ts";
import type { Standings } from "../standing/standings.ts";

export interface RefresherOptions {
  readonly projectFolder: string;
  readonly files: LiveFiles;
  readonly jsonFiles: JsonFiles;
  readonly importer: Importer;
  readonly runner: Runner;
  readonly loader: Loader;
  readonly onceValues: OnceValues;
  readonly standings: Standings;
  readonly explain: (error: unknown, file: string) => EvaluationError;
}

/** A file as it is on disk. */
interface Found {
  readonly file: LiveFile;
  readonly document: SourceDocument;
}

/** What is to be done, once all of it was found to be sound. */
interface Plan {
  readonly again: readonly Found[];
  readonly deleted: readonly LiveFile[];
  readonly json: readonly { readonly file: JsonFile; readonly text: string | undefined }[];
}

export class Refresher {
  readonly #options: RefresherOptions;
  /** The last one; they take turns. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: RefresherOptions) {
    this.#options = options;
  }

  /** Rejects with a `RefreshFailure`; every name has the value then that it had before. */
  refresh(which: { readonly all: boolean }): Promise<RefreshReport> {
    const report = this.#turn.then(() => this.#refresh(which));
    this.#turn = report.catch(() => undefined); // told to who asked for it
    return report;
  }

  async #refresh({ all }: { readonly all: boolean }): Promise<RefreshReport> {
    const plan = this.#plan(all);
    const putBack = [...plan.again.map(({ file }) => file), ...plan.deleted].map((file) =>
      this.#remember(file),
    );
    const jsonBefore = plan.json.map(({ file }) => ({ file, text: file.text }));
    const gone: { file: string; names: readonly string[] }[] = [];
    const tellGone = (file: LiveFile, names: readonly string[]) => {
      if (names.length > 0) gone.push({ file: this.#shorten(file.path), names });
    };
    for (const { file, text } of plan.json) {
      file.replace(text);
      this.#options.standings.republished(file);
    }
    for (const file of plan.deleted) tellGone(file, await this.#forgetAll(file));
    for (const { file, document } of plan.again) {
      try {
        file.onDisk.look(file.path);
        const { removed } = await this.#options.loader.refresh(file, document);
        tellGone(file, removed);
      } catch (error) {
        // What they took this time belongs to no name any more.
        for (const one of plan.again) reportMistakes(await one.file.held.disposeOfFile());
        for (const put of putBack) put();
        for (const one of jsonBefore) one.file.replace(one.text);
        throw this.#failure(error, file.path, FAILED);
      }
    }
    for (const file of plan.deleted) {
      file.onDisk.look(file.path);
      this.#options.onceValues.forget(file.path);
    }
    const shorten = ({ path: full }: { readonly path: string }) => this.#shorten(full);
    return {
      evaluated: plan.again.map(({ file }) => shorten(file)),
      reread: plan.json.flatMap(({ file, text }) => (text === undefined ? [] : shorten(file))),
      deleted: [
        ...plan.deleted.map(shorten),
        ...plan.json.flatMap(({ file, text }) => (text === undefined ? shorten(file) : [])),
      ],
      gone,
    };
  }

  /** Looks at everything, evaluates nothing: throws when something is broken. */
  #plan(all: boolean): Plan {
    const found: Found[] = [];
    const deleted: LiveFile[] = [];
    for (const file of this.#options.files.all()) {
      const text = readText(file.path);
      if (text !== undefined) found.push({ file, document: readWhole(file.path, text) });
      else if (file.onDisk.text !== undefined && holdsNames(file)) deleted.push(file);
    }
    const again = found.filter(({ file, document }) =>
      all ? holdsNames(file) : isStale(file, document),
    );
    const checked = new Set<string>();
    for (const one of again) this.#check(one, checked);
    const importsOf = ({ file, document }: Found) => this.#importsOf(file, document);
    const ordered = inImportOrder(found, importsOf);
    return {
      again: ordered.filter((one) => again.includes(one)),
      deleted,
      json: this.#planJson(all),
    };
  }

  /** What is returned puts back all that was known of the file. */
  #remember(file: LiveFile): () => void {
    const known = file.remember();
    const standings = this.#options.standings.remember(file);
    return () => {
      known();
      standings();
    };
  }

  async #forgetAll(file: LiveFile): Promise<readonly string[]> {
    reportMistakes(await file.held.disposeAll());
    const names = file.bindings.evaluatedNames();
    this.#options.runner.forget(file, names);
    file.module.clear();
    file.evaluated.clear();
    return names;
  }

  #planJson(all: boolean): Plan["json"] {
    return this.#options.jsonFiles.all().flatMap((file) => {
      const text = readText(file.path);
      if (text === file.text && !all) return [];
      const mistake = text === undefined ? undefined : jsonMistake(file.path, text);
      if (mistake !== undefined) throw this.#failure(mistake, file.path, UNTOUCHED);
      return [{ file, text }];
    });
  }

  /** Refuses a file that is sure to fail, or imports one for the first time that is. */
  #check({ file, document }: Found, checked: Set<string>): void {
    if (checked.has(file.path)) return;
    checked.add(file.path);
    try {
      demandSound(document);
      for (const form of document.forms) this.#options.runner.check(file, document, form);
    } catch (error) {
      throw this.#failure(error, file.path, UNTOUCHED);
    }
    for (const imported of this.#importsOf(file, document)) {
      const other = this.#options.files.get(imported);
      const text = other.isLoaded ? undefined : readText(imported);
      if (text !== undefined) {
        this.#check({ file: other, document: readWhole(imported, text) }, checked);
      }
    }
  }

  /** The live files that a text imports. One that cannot be found is for whoever evaluates it. */
  #importsOf(file: LiveFile, document: SourceDocument): string[] {
    return document.forms.flatMap((form) => {
      try {
        const target = this.#options.importer.target(file, form);
        return target?.kind === "live" ? [target.file] : [];
      } catch {
        return []; // `#check` tells of it when the file is to be evaluated
      }
    });
  }

  #failure(error: unknown, file: string, next: string): RefreshFailure {
    const { next: mend, ...what } = this.#options.explain(error, file);
    const words = mend === undefined ? next : `${mend} ${next}`;
    return new RefreshFailure({ ...what, next: words }, error);
  }

  #shorten(file: string): string {
    return path.relative(this.#options.projectFolder, file);
  }
}

const UNTOUCHED = "Nothing was evaluated and nothing has changed: mend it and refresh again.";
const FAILED =
  "Every name has the value that it had before; what the code did until it failed is done, and what changed files held by `using` has ended. Mend it and refresh again.";

function holdsNames(file: LiveFile): boolean {
  return file.isLoaded || file.bindings.evaluatedNames().length > 0;
}
