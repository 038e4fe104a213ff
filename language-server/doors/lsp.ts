// The door of language features: one connection per window, whose end is nobody else's.
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import {
  CodeActionKind,
  createConnection,
  TextDocuments,
  TextDocumentSyncKind,
  type WatchDog,
} from "vscode-languageserver";
import { createProtocolConnection } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { ReadSource } from "../documents/read-source.ts";
import type { RecentDocuments } from "re-ops/syntax";
import { offerDiagnostics } from "../features/diagnostics.ts";
import { offerFormMarks } from "../features/form-marks.ts";
import { offerHover } from "../features/hover.ts";
import { offerQuickFixes } from "../features/quick-fixes.ts";
import { followQuiet } from "../features/quiet.ts";
import type { Standings } from "../live/standings.ts";

export interface LanguageDoor {
  readonly version: string;
  readonly sources: RecentDocuments;
  readonly standings: Standings;
}

export function serveLanguage(socket: Socket, door: LanguageDoor): void {
  const { version, sources, standings } = door;
  const connection = createConnection(
    (logger) => createProtocolConnection(socket, socket, logger),
    ownLifecycle(socket),
  );
  const documents = new TextDocuments(TextDocument);
  connection.onInitialize(() => ({
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
      hoverProvider: true,
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
    },
    serverInfo: { name: "re-ops", version },
  }));
  const read: ReadSource = (document) => sources.read(fileOf(document), document.getText());
  offerHover(connection, documents, read);
  offerQuickFixes(connection, documents, read);
  const quiet = followQuiet(documents, () => performance.now());
  offerDiagnostics(connection, documents, { read, quiet });
  const stopMarks = offerFormMarks(connection, documents, { read, standings, quiet });
  documents.listen(connection);
  socket.once("close", () => {
    quiet.dispose();
    stopMarks();
    connection.dispose();
  });
  connection.listen();
}

function fileOf(document: TextDocument): string {
  return document.uri.startsWith("file:") ? fileURLToPath(document.uri) : "untitled.ts";
}

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
