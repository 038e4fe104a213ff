// Evaluates one form after the other, and stops where one gives no value.
import type { Range } from "re-ops/protocol";
import * as vscode from "vscode";
import type { ProjectConnection } from "../connection/project-connection.ts";
import { shiftRange } from "../core/edits.ts";
import { describeEdit } from "./document-edits.ts";
import type { Evaluator } from "./evaluator.ts";

export interface Stop {
  /** The form that was not evaluated to its end. */
  readonly at: Range;
  readonly done: number;
  /** Such as `which failed`. */
  readonly why: string;
}

/** Follows edits meanwhile; nothing when all were evaluated. */
export async function evaluateInTurn(
  evaluator: Evaluator,
  connection: ProjectConnection,
  document: vscode.TextDocument,
  ranges: readonly Range[],
): Promise<Stop | undefined> {
  let waiting: { at: Range; isEdited: boolean }[] = ranges.map((at) => ({ at, isEdited: false }));
  const following = vscode.workspace.onDidChangeTextDocument((event) => {
    if (event.document !== document) return;
    for (const edit of event.contentChanges.map(describeEdit)) {
      waiting = waiting.map(({ at, isEdited }) => {
        const shifted = shiftRange(at, edit);
        return { at: shifted ?? at, isEdited: isEdited || shifted === undefined };
      });
    }
  });
  try {
    for (let done = 0; done < ranges.length; done += 1) {
      const next = waiting[done];
      if (next === undefined) return undefined;
      const cursor = { start: next.at.start, end: next.at.start };
      if (next.isEdited) return { at: next.at, done, why: "which was edited meanwhile" };
      const result = await evaluator.evaluate(connection, document, "form", cursor);
      const { at } = waiting[done] ?? next;
      if (result === undefined) return { at, done, why: "which was lost" };
      if (result.kind === "error") return { at, done, why: "which failed" };
      if (result.kind === "interrupted") return { at, done, why: "which was interrupted" };
    }
    return undefined;
  } finally {
    following.dispose();
  }
}
