// Tells a window the marks of its open documents: after an evaluation, and after edits.
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type FormMark, formMarksChanged } from "re-ops/protocol";
import type { Connection, TextDocuments } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { marksOf } from "../documents/form-marks.ts";
import { createFormReader, type MarkedForms } from "../documents/marked-forms.ts";
import type { ReadSource } from "../documents/read-source.ts";
import type { Standings } from "../live/standings.ts";
import type { Quiet } from "./quiet.ts";

export interface FormMarksTools {
  readonly read: ReadSource;
  readonly standings: Standings;
  readonly quiet: Quiet;
}

/** Returns how to stop. */
export function offerFormMarks(
  connection: Pick<Connection, "sendNotification">,
  documents: TextDocuments<TextDocument>,
  tools: FormMarksTools,
): () => void {
  const marked = new Map<string, MarkedDocument>();
  function send(uri: string, marks: readonly FormMark[]): void {
    connection.sendNotification(formMarksChanged.method, { uri, marks }).catch(() => {
      // The window is gone; the socket tells.
    });
  }
  function show(document: MarkedDocument): void {
    const marks = document.marks();
    if (marks !== undefined) send(document.uri, marks);
  }
  tools.quiet.onQuiet((text) => {
    const document = marked.get(text.uri) ?? new MarkedDocument(text, tools);
    marked.set(text.uri, document);
    show(document);
  });
  documents.onDidChangeContent(({ document: { uri, lineCount } }) => {
    marked.get(uri)?.noteLines(lineCount);
  });
  documents.onDidClose(({ document: { uri } }) => {
    marked.delete(uri);
  });
  return tools.standings.onChange((files) => {
    for (const document of marked.values()) if (files.includes(document.file)) show(document);
  });
}

class MarkedDocument {
  readonly uri: string;
  readonly file: string;
  /** Edits change it. */
  readonly #text: TextDocument;
  readonly #tools: FormMarksTools;
  readonly #readForms = createFormReader();
  #forms: { readonly version: number; readonly read: MarkedForms } | undefined;
  #told = "[]";
  #lines: number;

  constructor(text: TextDocument, tools: FormMarksTools) {
    this.uri = text.uri;
    this.file = realFile(text.uri);
    this.#text = text;
    this.#lines = text.lineCount;
    this.#tools = tools;
  }

  /** A window moves marks with their lines, and may lose some that were cut and put back: it is told all again. */
  noteLines(count: number): void {
    if (count !== this.#lines) this.#told = "";
    this.#lines = count;
  }

  /** Undefined when they are those that were given last. A file of which nothing was evaluated is not even read. */
  marks(): readonly FormMark[] | undefined {
    const standings = this.#tools.standings.of(this.file);
    if (standings === undefined) return undefined;
    const marks = marksOf(this.#formsOf(this.#text), standings);
    const told = JSON.stringify(marks);
    if (told === this.#told) return undefined;
    this.#told = told;
    return marks;
  }

  #formsOf(text: TextDocument): MarkedForms {
    const { version } = text;
    if (this.#forms?.version !== version) {
      this.#forms = { version, read: this.#readForms(this.#tools.read(text)) };
    }
    return this.#forms.read;
  }
}

/** As the live process knows it; a text that was never saved has a name all the same. */
function realFile(uri: string): string {
  if (!uri.startsWith("file:")) return uri;
  const file = fileURLToPath(uri);
  try {
    return realpathSync.native(file);
  } catch {
    return file;
  }
}
