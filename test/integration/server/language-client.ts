// A window's language client, as far as tests need one: what VS Code sends, and what it is sent.
import type { ServerConnection } from "re-ops/client";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import type { Diagnostic, Hover } from "vscode-languageserver";

export interface LanguageClient {
  readonly messages: MessageConnection;
  show(uri: string, text: string): Promise<void>;
  hover(uri: string, line: number, character: number): Promise<Hover | null>;
  /** The next diagnostics of a document. */
  nextDiagnostics(uri: string): Promise<readonly Diagnostic[]>;
  /** Shuts down as editors do. */
  close(): Promise<void>;
}

export async function openLanguage(connection: ServerConnection): Promise<LanguageClient> {
  const stream = await connection.openLsp();
  const messages = createMessageConnection(
    new StreamMessageReader(stream),
    new StreamMessageWriter(stream),
  );
  const waiting = new Map<string, (diagnostics: readonly Diagnostic[]) => void>();
  messages.onNotification(
    "textDocument/publishDiagnostics",
    ({ uri, diagnostics }: { uri: string; diagnostics: Diagnostic[] }) => {
      waiting.get(uri)?.(diagnostics);
    },
  );
  messages.listen();
  // The process id is what makes the library's own server watch its client, and end with it.
  const initialize = { processId: process.pid, rootUri: null, capabilities: {} };
  await messages.sendRequest("initialize", initialize);
  await messages.sendNotification("initialized", {});
  return {
    messages,
    show: (uri, text) =>
      messages.sendNotification("textDocument/didOpen", {
        textDocument: { uri, languageId: "typescript", version: 1, text },
      }),
    hover: (uri, line, character) =>
      messages.sendRequest("textDocument/hover", {
        textDocument: { uri },
        position: { line, character },
      }),
    nextDiagnostics: (uri) =>
      new Promise((resolve) => {
        waiting.set(uri, resolve);
      }),
    async close() {
      await messages.sendRequest("shutdown");
      await messages.sendNotification("exit");
    },
  };
}
