// Whether a file on disk is another than the one that was evaluated.
import type { SourceDocument } from "../text/document.ts";
import { codeOf } from "../text/form-code.ts";
import type { Form } from "../text/form.ts";
import { importKey } from "../modules/imports.ts";
import type { LiveFile } from "../modules/live-file.ts";

/** Whether a form that was evaluated changed on disk since, came, went, or cannot be read. Text between forms does not count. */
export function isStale(file: LiveFile, document: SourceDocument): boolean {
  const { bindings } = file;
  const isAhead = (name: string) => file.onDisk.isAheadOf(name, document.text);
  const isGone = (name: string) => document.declaring(name, false) === undefined && !isAhead(name);
  if (bindings.evaluatedNames().some(isGone)) return true;
  if (document.broken.length > 0) return bindings.evaluatedNames().length > 0 || file.isLoaded;
  return document.forms.some((form) => {
    if (form.kind === "repl" || form.kind === "types") return false;
    if (form.names.length === 0) return isNewStatement(file, document, form);
    return !form.names.every(isAhead) && isAnother(file, form);
  });
}

/** All statements of a loaded file were evaluated; of one that was loaded from unsaved text, all of that text. */
function isNewStatement(file: LiveFile, document: SourceDocument, form: Form): boolean {
  return file.isLoaded && !file.evaluated.has(form.text) && !file.onDisk.isAsLoaded(document.text);
}

function isAnother(file: LiveFile, form: Form): boolean {
  const { bindings } = file;
  const imported = form.imported;
  if (imported !== undefined) {
    return form.names.some(
      (name) =>
        bindings.isEvaluated(name) && !bindings.isImportedFrom(name, importKey(imported, name)),
    );
  }
  return form.names.some((name) =>
    bindings.isEvaluated(name) ? !isSameCode(bindings.sourceOf(name), form) : file.isLoaded,
  );
}

/** Comments and spacing do not count. */
function isSameCode(source: string | undefined, { text, code }: Form): boolean {
  return source === text || (source !== undefined && codeOf(source) === code);
}
