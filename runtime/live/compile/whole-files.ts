// Files that are loaded: read and compiled whole, or taken as they were kept on disk.
import { formOf } from "../text/form.ts";
import type { Form, FormFacts } from "../text/form.ts";
import { readWhole, soundDocument } from "../text/document.ts";
import type { SourceDocument } from "../text/document.ts";
import type { LiveFile } from "../modules/live-file.ts";
import {
  evaluateTogether,
  isAsTaken,
  standsInOnePlace,
  translateTogether,
} from "./compile-together.ts";
import type { JointText } from "./compile-together.ts";
import type { Executable } from "./compiled-pieces.ts";
import type { KeptFiles } from "./kept-files.ts";

/** What is kept of a file, by its text. */
interface KeptFile {
  readonly forms: readonly FormFacts[];
  readonly joint: JointText;
}

export class WholeFiles {
  readonly #kept: KeptFiles | undefined;
  /** Of documents that were not parsed. */
  readonly #joints = new WeakMap<SourceDocument, JointText>();

  /** Without `kept` every file is parsed. */
  constructor(kept?: KeptFiles) {
    this.#kept = kept;
  }

  read(file: string, text: string): SourceDocument {
    // Whoever wrote it had the same compiler, and the seal on it is unbroken.
    const kept = this.#kept?.read(file, text) as KeptFile | undefined;
    if (kept === undefined) return readWhole(file, text);
    const forms = kept.forms.map((facts) => formOf(facts, { file, text }));
    const document = soundDocument(file, text, forms);
    this.#joints.set(document, kept.joint);
    return document;
  }

  /**
   * A function for each of these forms that can be compiled with others. The others, and all of a text that does not
   * compile, are left to be compiled one by one, when it is their turn to fail.
   */
  compile(
    file: LiveFile,
    document: SourceDocument,
    forms: readonly Form[],
    nextVersion: () => number,
  ): ReadonlyMap<Form, Executable> {
    const kept = this.#joints.get(document);
    try {
      if (kept !== undefined && isAsTaken(file, document, kept)) {
        return evaluateTogether(document, kept, nextVersion());
      }
      const joint = translateTogether(file, document, forms);
      const executables = evaluateTogether(document, joint, nextVersion());
      if (isAll(document, forms)) this.#keep(document, joint);
      return executables;
    } catch {
      return new Map(); // each form says its own mistake when it is compiled alone
    }
  }

  #keep({ file, text, forms }: SourceDocument, joint: JointText): void {
    const describe = (): KeptFile => ({ forms: forms.map(({ facts }) => facts), joint });
    this.#kept?.keep(file, text, describe);
  }
}

function isAll(document: SourceDocument, forms: readonly Form[]): boolean {
  const compiled = new Set(forms);
  return document.forms.every((form) => compiled.has(form) || !standsInOnePlace(form));
}
