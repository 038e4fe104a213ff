// Publishes what the checks of a document find.
import type { Connection, Diagnostic, TextDocuments } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { ReadSource } from "../documents/read-source.ts";
import { droppedOperations } from "./dropped-operation.ts";
import type { Quiet } from "./quiet.ts";

export interface DiagnosticsTools {
  readonly read: ReadSource;
  readonly quiet: Quiet;
}

export function offerDiagnostics(
  connection: Pick<Connection, "sendDiagnostics">,
  documents: TextDocuments<TextDocument>,
  { read, quiet }: DiagnosticsTools,
): void {
  function publish({ uri, version }: TextDocument, diagnostics: Diagnostic[]): void {
    connection.sendDiagnostics({ uri, version, diagnostics }).catch(() => {
      // The window is gone; the socket tells.
    });
  }
  quiet.onQuiet((document) => {
    publish(document, droppedOperations(document, read(document)));
  });
  documents.onDidClose(({ document }) => {
    publish(document, []);
  });
}
