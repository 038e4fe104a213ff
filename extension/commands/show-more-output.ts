// Shows more of an output of which only the beginning and the end were shown.
import * as vscode from "vscode";
import type { Services } from "../services.ts";

export function showMoreOutput({ outputDocuments }: Services, uri?: unknown): void {
  if (typeof uri === "string") outputDocuments.showMore(vscode.Uri.parse(uri));
}
