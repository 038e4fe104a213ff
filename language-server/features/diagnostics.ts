// Publishes what the checks of a document find, once its text has been left alone for a moment.
import type { Connection, Diagnostic, TextDocuments } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { ReadSource } from "../documents/recent-sources.ts";
import { droppedOperations } from "./dropped-operation.ts";

/** Long enough not to run at every key, too short to be waited for. */
const QUIET_MS = 200;

/** Returns how to stop. */
export function offerDiagnostics(
  connection: Pick<Connection, "sendDiagnostics">,
  documents: TextDocuments<TextDocument>,
  read: ReadSource,
): () => void {
  const timers = new Map<string, NodeJS.Timeout>();
  function publish(uri: string, version: number, diagnostics: Diagnostic[]): void {
    connection.sendDiagnostics({ uri, version, diagnostics }).catch(() => {
      // The window is gone; the socket tells.
    });
  }
  documents.onDidChangeContent(({ document: { uri } }) => {
    clearTimeout(timers.get(uri));
    const check = () => {
      timers.delete(uri);
      const document = documents.get(uri);
      if (document === undefined) return;
      publish(uri, document.version, droppedOperations(document, read(document)));
    };
    timers.set(uri, setTimeout(check, QUIET_MS));
  });
  documents.onDidClose(({ document: { uri, version } }) => {
    clearTimeout(timers.get(uri));
    timers.delete(uri);
    publish(uri, version, []);
  });
  return () => {
    for (const timer of timers.values()) clearTimeout(timer);
  };
}
