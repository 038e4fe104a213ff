// The forms of a text that have a mark, as little of each as its mark needs.
import { codeOf, type Form, type SourceDocument, standingKey } from "re-ops/syntax";

export interface MarkedForm {
  /** From 0. */
  readonly line: number;
  readonly inRepl: boolean;
  readonly names: readonly string[];
  readonly code: string;
  /** What it is known by. */
  readonly key: string;
}

export interface MarkedForms {
  readonly forms: readonly MarkedForm[];
  /** Whether all of the text parses: what does not is no form for now. */
  readonly isWhole: boolean;
}

export type ReadMarkedForms = (source: SourceDocument) => MarkedForms;

/** For one document: a form whose text is the same as before is not looked into again. */
export function createFormReader(): ReadMarkedForms {
  let codes: ReadonlyMap<string, string> = new Map();
  return (source) => {
    const now = new Map<string, string>();
    const read = (form: Form): MarkedForm => {
      const code = now.get(form.text) ?? codes.get(form.text) ?? codeOf(form.text);
      now.set(form.text, code);
      const { inRepl, names, start } = form;
      const line = source.positionAt(start).line - 1;
      return { line, inRepl, names, code, key: standingKey({ inRepl, names, code }) };
    };
    const forms = source.forms.flatMap(withMarks).map(read);
    codes = now;
    return { forms, isWhole: source.broken.length === 0 };
  };
}

/** Types are never evaluated; of an `import.meta.repl` block its forms are. */
function withMarks(form: Form): readonly Form[] {
  if (form.kind === "repl") return form.inner.flatMap(withMarks);
  return form.kind === "types" || form.kind === "unsupported" ? [] : [form];
}
