// A window's language client, as far as tests need one: what VS Code sends, and what it is sent.
import type { ServerConnection } from "re-ops/client";
import { type FormMark, formMarksChanged, notification, request } from "re-ops/protocol";
import { createPeer } from "re-ops/server";
import { z } from "zod";

const nothing = z.object({}).nullish();
const position = z.object({ line: z.number(), character: z.number() });
const textDocument = z.object({ uri: z.string() });
const diagnostic = z.object({ message: z.string() });

const initialize = request(
  "initialize",
  z.object({ processId: z.number(), rootUri: z.null(), capabilities: z.object({}) }),
  z.unknown(),
);
const initialized = notification("initialized", z.object({}));
const didOpen = notification("textDocument/didOpen", z.object({ textDocument: z.unknown() }));
const didChange = notification(
  "textDocument/didChange",
  z.object({ textDocument: z.unknown(), contentChanges: z.array(z.object({ text: z.string() })) }),
);
const hover = request(
  "textDocument/hover",
  z.object({ textDocument, position }),
  z.object({ contents: z.object({ value: z.string() }) }).nullable(),
);
const published = notification(
  "textDocument/publishDiagnostics",
  z.object({ uri: z.string(), diagnostics: z.array(diagnostic) }),
);
const shutdown = request("shutdown", nothing, z.null());
const exit = notification("exit", nothing);

type Diagnostics = readonly z.infer<typeof diagnostic>[];

export interface LanguageClient {
  show(uri: string, text: string): void;
  /** Gives a document that is shown another text. */
  change(uri: string, text: string): void;
  /** The marks of each document as they were told last, and how often. */
  readonly marks: ReadonlyMap<
    string,
    { readonly marks: readonly FormMark[]; readonly times: number }
  >;
  /** What a hover says; empty when there is none. */
  hover(uri: string, line: number, character: number): Promise<string>;
  /** The next diagnostics of a document. */
  nextDiagnostics(uri: string): Promise<Diagnostics>;
  /** Shuts down as editors do; resolves when the door is closed. */
  close(): Promise<void>;
  readonly closed: Promise<void>;
}

export async function openLanguage(connection: ServerConnection): Promise<LanguageClient> {
  const stream = await connection.openLsp();
  const peer = createPeer(stream, stream, { onProblem: () => {} });
  const waiting = new Map<string, (diagnostics: Diagnostics) => void>();
  peer.onNotification(published, ({ uri, diagnostics }) => {
    waiting.get(uri)?.(diagnostics);
  });
  const marks = new Map<string, { marks: readonly FormMark[]; times: number }>();
  peer.onNotification(formMarksChanged, ({ uri, marks: told }) => {
    marks.set(uri, { marks: told, times: (marks.get(uri)?.times ?? 0) + 1 });
  });
  let version = 1;
  // The process id is what makes the library's own server watch its client, and end with it.
  await peer.request(initialize, { processId: process.pid, rootUri: null, capabilities: {} });
  peer.notify(initialized, {});
  return {
    closed: peer.closed,
    show(uri, text) {
      peer.notify(didOpen, { textDocument: { uri, languageId: "typescript", version: 1, text } });
    },
    change(uri, text) {
      version += 1;
      peer.notify(didChange, { textDocument: { uri, version }, contentChanges: [{ text }] });
    },
    marks,
    async hover(uri, line, character) {
      const where = { textDocument: { uri }, position: { line, character } };
      return (await peer.request(hover, where))?.contents.value ?? "";
    },
    nextDiagnostics: (uri) =>
      new Promise((resolve) => {
        waiting.set(uri, resolve);
      }),
    async close() {
      await peer.request(shutdown, undefined);
      peer.notify(exit, undefined);
      await peer.closed;
    },
  };
}
