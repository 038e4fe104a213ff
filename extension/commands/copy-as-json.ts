// Copies the value of an inline result, else the latest one, as JSON: made in the live process, not by evaluating again.
import { readValue } from "re-ops/protocol";
import * as vscode from "vscode";
import { formatBytes } from "../core/byte-sizes.ts";
import type { InlineResult } from "../core/inline-results.ts";
import type { Services } from "../services.ts";

export async function copyAsJson({ results, connections }: Services, id: unknown): Promise<void> {
  const result = typeof id === "string" ? results.get(id) : results.all().findLast(hasValue);
  if (result === undefined) {
    void vscode.window.showInformationMessage(
      "There is no value to copy: evaluate something first.",
    );
    return;
  }
  const document = await vscode.workspace.openTextDocument(result.file);
  const server = connections.of(document)?.server;
  if (server === undefined) throw new Error("the server of this file is not there");
  const value = await server.runtime.request(readValue, { evaluationId: result.id });
  if (value.kind === "gone") {
    void vscode.window.showWarningMessage(`Nothing was copied: ${value.message}.`);
    return;
  }
  await vscode.env.clipboard.writeText(value.text);
  const size = formatBytes(Buffer.byteLength(value.text));
  if (value.losses.length === 0) {
    vscode.window.setStatusBarMessage(`$(copy) ${size} of JSON copied`, SHOWN_MS);
    return;
  }
  const losses = value.losses.slice(0, 5).join(", ");
  void vscode.window.showWarningMessage(
    `${size} of JSON copied, without all of the value: ${losses}.`,
  );
}

const SHOWN_MS = 3000;

function hasValue({ phase }: InlineResult): boolean {
  return phase.kind === "settled" && phase.result.kind === "value";
}
