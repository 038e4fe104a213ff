// From a form to a function that evaluates it on the bindings of its file.
import { pathToFileURL } from "node:url";
import type { Executable } from "./compiled-pieces.ts";
import { translateDecorated } from "./decorators.ts";
import type { SourceDocument } from "../text/document.ts";
import type { LiveFile } from "../modules/live-file.ts";
import { mistakeAt } from "../text/source-mistake.ts";
import { contains } from "../text/nodes.ts";
import { parametersFor, rewrite } from "./rewrite.ts";
import type { Parameters, Piece, ScopeOf } from "./rewrite.ts";
import { translate, translateTypes } from "./translate.ts";

/** `nextVersion` numbers the pieces: one that is compiled already keeps its number. */
export function compile(
  file: LiveFile,
  document: SourceDocument,
  piece: Piece,
  nextVersion: () => number,
): Executable {
  const { form, expression } = piece;
  const span = expression ?? form;
  const refusal = form.reading.refusals.find((one) => contains(span, one));
  if (refusal !== undefined) {
    throw mistakeAt(document, refusal, refusal.message, { next: refusal.next });
  }
  const names = parametersFor(form.text);
  const edit = rewrite(document.text, piece, scopeIn(file, document, form.inRepl), names);
  const place = document.positionAt(span.start);
  const head = headOf(names);
  return file.compiled.get(`${place.line}:${place.column} ${head}${edit.result.toString()}`, () => {
    const origin = { url: pathToFileURL(document.file).href, version: nextVersion(), ...place };
    const isDecorated = form.reading.decorators.some((one) => contains(span, one));
    const toJavaScript = (text: string) =>
      isDecorated ? translateDecorated(document.file, text) : translateTypes(document.file, text);
    const script = translate(edit, toJavaScript, origin, { head: `(${head}`, tail: "})" });
    // Evaluating the user's text is what this is for; only an indirect eval keeps true positions, in older versions too.
    // oxlint-disable-next-line eslint/no-eval
    return (0, eval)(script) as Executable;
  });
}

/** What the function begins with that a form becomes. */
export function headOf({ file, repl, form }: Parameters): string {
  return `async function (${file}, ${repl}, ${form}) { "use strict";`;
}

/** A name that nothing declares yet is a binding all the same: it may be declared before the code that reads it runs. */
export function scopeIn(file: LiveFile, document: SourceDocument, inRepl: boolean): ScopeOf {
  return (name, isTypeof) => {
    const scope = findScope(file, document, { name, isTypeof, inRepl });
    if (scope === "repl") file.scratch.mention(name);
    else if (scope === "file") file.bindings.mention(name);
    return scope;
  };
}

function findScope(
  { bindings, scratch }: LiveFile,
  document: SourceDocument,
  { name, isTypeof, inRepl }: { name: string; isTypeof: boolean; inRepl: boolean },
): ReturnType<ScopeOf> {
  const declaring = document.declaring(name, inRepl);
  if (inRepl && (declaring?.inRepl === true || scratch.isEvaluated(name))) return "repl";
  if (declaring !== undefined || bindings.isEvaluated(name)) return "file";
  return isTypeof || name in globalThis ? undefined : "file";
}
