// Texts that were read lately: what an editor shows is looked at again and again, and read once.
import { readDocument, type SourceDocument } from "re-ops/syntax";
import type { TextDocument } from "vscode-languageserver-textdocument";

export interface RecentSources {
  read(file: string, text: string): SourceDocument;
}

export type ReadSource = (document: TextDocument) => SourceDocument;

/** Enough for the file under the cursor and the one beside it; the syntax of a text is far larger than the text. */
const MOST_SOURCES = 2;

export function createRecentSources(): RecentSources {
  let recent: readonly SourceDocument[] = [];
  return {
    read(file, text) {
      const known = recent.find((one) => one.file === file && one.text === text);
      const source = known ?? readDocument(file, text);
      const others = recent.filter((one) => one !== known && one.file !== file);
      recent = [source, ...others].slice(0, MOST_SOURCES);
      return source;
    },
  };
}
