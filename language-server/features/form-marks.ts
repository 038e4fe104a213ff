// Tells a window the marks of its open documents: soon after an evaluation, and once the text has been left alone for a moment.
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type FormMark, formMarksChanged } from "re-ops/protocol";
import type { Connection, TextDocuments } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { marksOf } from "../documents/form-marks.ts";
import { createFormReader, type MarkedForms } from "../documents/marked-forms.ts";
import type { ReadSource } from "../documents/recent-sources.ts";
import type { Standings } from "../live/standings.ts";

export interface FormMarksTools {
  readonly read: ReadSource;
  readonly standings: Standings;
}

/** Long enough not to run at every key, too short to be waited for. */
const QUIET_MS = 200;

/** Returns how to stop. */
export function offerFormMarks(
  connection: Pick<Connection, "sendNotification">,
  documents: TextDocuments<TextDocument>,
  { read, standings }: FormMarksTools,
): () => void {
  const marked = new Map<string, MarkedDocument>();
  const timers = new Map<string, NodeJS.Timeout>();
  function send(uri: string, marks: readonly FormMark[]): void {
    connection.sendNotification(formMarksChanged.method, { uri, marks }).catch(() => {
      // The window is gone; the socket tells.
    });
  }
  function show(document: MarkedDocument): void {
    const marks = document.marks();
    if (marks !== undefined) send(document.uri, marks);
  }
  documents.onDidChangeContent(({ document: { uri } }) => {
    clearTimeout(timers.get(uri));
    const look = () => {
      timers.delete(uri);
      const text = documents.get(uri);
      if (text === undefined) return;
      const known = marked.get(uri) ?? new MarkedDocument(uri, { read, standings });
      marked.set(uri, known);
      known.text = text;
      show(known);
    };
    timers.set(uri, setTimeout(look, QUIET_MS));
  });
  documents.onDidClose(({ document: { uri } }) => {
    clearTimeout(timers.get(uri));
    timers.delete(uri);
    marked.delete(uri);
  });
  const stopFollowing = standings.onChange((files) => {
    for (const document of marked.values()) if (files.includes(document.file)) show(document);
  });
  return () => {
    stopFollowing();
    for (const timer of timers.values()) clearTimeout(timer);
  };
}

class MarkedDocument {
  readonly uri: string;
  readonly file: string;
  text: TextDocument | undefined;
  readonly #tools: FormMarksTools;
  readonly #readForms = createFormReader();
  #forms: { readonly version: number; readonly read: MarkedForms } | undefined;
  #told = "[]";

  constructor(uri: string, tools: FormMarksTools) {
    this.uri = uri;
    this.file = realFile(uri);
    this.#tools = tools;
  }

  /** Undefined when they are those that were given last. A file of which nothing was evaluated is not even read. */
  marks(): readonly FormMark[] | undefined {
    const standings = this.#tools.standings.of(this.file);
    if (standings === undefined || this.text === undefined) return undefined;
    const marks = marksOf(this.#formsOf(this.text), standings);
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
