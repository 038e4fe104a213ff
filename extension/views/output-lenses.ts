// In a document of output, above what says how much is left out: the offer of more.
import * as vscode from "vscode";
import { OUTPUT_SCHEME } from "../core/output-address.ts";
import { linesLeftOut } from "../core/output-document.ts";
import type { OutputDocuments } from "./output-documents.ts";

export function offerMoreOutput(documents: OutputDocuments): vscode.Disposable {
  return vscode.languages.registerCodeLensProvider(
    { scheme: OUTPUT_SCHEME },
    {
      provideCodeLenses(document) {
        const { uri } = document;
        if (!documents.canShowMore(uri)) return [];
        const command = {
          command: "re-ops.showMoreOutput",
          title: "Show More",
          arguments: [uri.toString()],
        };
        return linesLeftOut(document.getText()).map(
          (line) => new vscode.CodeLens(new vscode.Range(line, 0, line, 0), command),
        );
      },
    },
  );
}
