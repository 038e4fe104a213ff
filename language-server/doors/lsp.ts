// The door of language features: one connection per window, whose end is nobody else's.
import type { Socket } from "node:net";
import {
  createConnection,
  type Connection,
  TextDocuments,
  TextDocumentSyncKind,
  type WatchDog,
} from "vscode-languageserver";
import { createProtocolConnection } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { offerDiagnostics } from "../features/diagnostics.ts";
import { offerHover } from "../features/hover.ts";

export function serveLanguage(socket: Socket, version: string): void {
  const connection = createConnection(
    (logger) => createProtocolConnection(socket, socket, logger),
    ownLifecycle(socket),
  );
  const documents = new TextDocuments(TextDocument);
  connection.onInitialize(() => ({
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
      hoverProvider: true,
    },
    serverInfo: { name: "re-ops", version },
  }));
  offerHover(connection, documents);
  const stopDiagnostics = offerDiagnostics(connection, documents);
  documents.listen(connection);
  socket.once("close", () => {
    stopDiagnostics();
    connection.dispose();
  });
  connection.listen();
}

export type Documents = TextDocuments<TextDocument>;
export type LanguageConnection = Pick<Connection, "onHover" | "sendDiagnostics">;

/**
 * The library's own lifecycle is that of a server with one client: it watches the client's process, and ends ours on
 * `exit`. Here both mean this socket only; a window that dies closes its socket anyway.
 */
function ownLifecycle(socket: Socket): WatchDog {
  return {
    shutdownReceived: false,
    initialize() {},
    exit() {
      socket.end();
    },
  };
}
