// Tells when the text of a document has been left alone for a moment, to those who look at all of it.
import type { TextDocuments } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";

export interface Quiet {
  /** All that look at a document do so in one turn, in the order in which they asked. */
  onQuiet(look: (document: TextDocument) => void): void;
  dispose(): void;
}

/** Long enough not to look at every key, too short to be waited for. */
const QUIET_MS = 200;
/** A long text takes long to look at: whoever types in it pauses that much longer before it is looked at. */
const QUIET_PER_COST = 5;

/** `now`: milliseconds from any start. */
export function followQuiet(
  documents: Pick<TextDocuments<TextDocument>, "get" | "onDidChangeContent" | "onDidClose">,
  now: () => number,
): Quiet {
  const looks: ((document: TextDocument) => void)[] = [];
  const timers = new Map<string, NodeJS.Timeout>();
  const costs = new Map<string, number>();
  function look(uri: string): void {
    timers.delete(uri);
    const document = documents.get(uri);
    if (document === undefined) return;
    const startedAt = now();
    for (const one of looks) one(document);
    costs.set(uri, now() - startedAt);
  }
  documents.onDidChangeContent(({ document: { uri } }) => {
    clearTimeout(timers.get(uri));
    const waitMs = Math.max(QUIET_MS, QUIET_PER_COST * (costs.get(uri) ?? 0));
    timers.set(uri, setTimeout(look, waitMs, uri));
  });
  documents.onDidClose(({ document: { uri } }) => {
    clearTimeout(timers.get(uri));
    timers.delete(uri);
    costs.delete(uri);
  });
  return {
    onQuiet(one) {
      looks.push(one);
    },
    dispose() {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
