// Files that are loaded: read and compiled whole, or taken as they were kept on disk.
import { pathToFileURL } from "node:url";
import { formOf } from "../text/form.ts";
import type { Form, FormFacts } from "../text/form.ts";
import { readWhole, soundDocument } from "../text/document.ts";
import type { SourceDocument } from "../text/document.ts";
import type { LiveFile } from "../modules/live-file.ts";
import { isAsTaken, standsInOnePlace, translateTogether } from "./compile-together.ts";
import type { JointText } from "./compile-together.ts";
import type { Executable } from "./compiled-pieces.ts";
import { type JointScript, runJoint } from "./joint-script.ts";
import type { KeptFiles } from "./kept-files.ts";

/** What is kept of a file, by its text, beside the bytecode of its joint. */
interface KeptFile {
  readonly forms: readonly FormFacts[];
  readonly joint: JointText;
}

interface KeptJoint {
  readonly joint: JointText;
  readonly bytecode: Buffer;
}

export class WholeFiles {
  readonly #kept: KeptFiles | undefined;
  /** Of documents that were not parsed. */
  readonly #joints = new WeakMap<SourceDocument, KeptJoint>();

  /** Without `kept` every file is parsed. */
  constructor(kept?: KeptFiles) {
    this.#kept = kept;
  }

  read(file: string, text: string): SourceDocument {
    const kept = this.#kept?.read(file, text);
    if (kept === undefined) return readWhole(file, text);
    // Whoever wrote it had the same compiler, and the seal on it is unbroken.
    const { forms, joint } = kept.value as KeptFile;
    const document = soundDocument(
      file,
      text,
      forms.map((facts) => formOf(facts, { file, text })),
    );
    this.#joints.set(document, { joint, bytecode: kept.bytes });
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
    const run = (joint: JointText, bytecode?: Buffer) => {
      const origin = { url: pathToFileURL(document.file).href, version: nextVersion() };
      return runJoint(joint.code, joint.mappings, origin, bytecode);
    };
    try {
      if (kept !== undefined && isAsTaken(file, document, kept.joint)) {
        return byForm(document, kept.joint, run(kept.joint, kept.bytecode));
      }
      const joint = translateTogether(file, document, forms);
      const script = run(joint);
      if (isAll(document, forms)) this.#keep(document, joint, script);
      return byForm(document, joint, script);
    } catch {
      return new Map(); // each form says its own mistake when it is compiled alone
    }
  }

  #keep({ file, text, forms }: SourceDocument, joint: JointText, script: JointScript): void {
    this.#kept?.keep(file, text, () => {
      const value: KeptFile = { forms: forms.map(({ facts }) => facts), joint };
      return { value, bytes: script.bytecode() };
    });
  }
}

function byForm(
  document: SourceDocument,
  { forms }: JointText,
  { executables }: JointScript,
): ReadonlyMap<Form, Executable> {
  return new Map(
    forms.map((at, index) => [document.forms[at] as Form, executables[index] as Executable]),
  );
}

function isAll(document: SourceDocument, forms: readonly Form[]): boolean {
  const compiled = new Set(forms);
  return document.forms.every((form) => compiled.has(form) || !standsInOnePlace(form));
}
