// What features read documents with.
import type { SourceDocument } from "re-ops/syntax";
import type { TextDocument } from "vscode-languageserver-textdocument";

export type ReadSource = (document: TextDocument) => SourceDocument;
