// The commands of the extension: a test compares this table with the manifest, the compiler with what handles each.

export interface CommandFacts {
  readonly title: string;
  /** False for commands that only make sense on something: a row of a tree, a link in a hover. */
  readonly inPalette: boolean;
}

export const commandFacts = {
  "re-ops.evaluate": { title: "Evaluate Selection or Expression at Cursor", inPalette: true },
  "re-ops.evaluateForm": { title: "Evaluate Top-Level Form", inPalette: true },
  "re-ops.evaluateEnclosing": { title: "Evaluate Enclosing Expression", inPalette: true },
  "re-ops.evaluateAbove": { title: "Evaluate All Forms Above", inPalette: true },
  "re-ops.loadFile": { title: "Load File", inPalette: true },
  "re-ops.interrupt": { title: "Interrupt Evaluations", inPalette: true },
  "re-ops.refresh": { title: "Refresh", inPalette: true },
  "re-ops.refreshAll": { title: "Refresh All", inPalette: true },
  "re-ops.reset": { title: "Reset", inPalette: true },
  "re-ops.go": { title: "Go", inPalette: true },
  "re-ops.stop": { title: "Stop", inPalette: true },
  "re-ops.clearResults": { title: "Clear Inline Results", inPalette: true },
  "re-ops.copyAsJson": { title: "Copy Last Result as JSON", inPalette: true },
  "re-ops.showOutput": { title: "Show Console Output", inPalette: true },
  "re-ops.showLog": { title: "Show Log", inPalette: true },
  "re-ops.showRuns": { title: "Show Runs", inPalette: true },
  "re-ops.restartLive": { title: "Restart Live Process", inPalette: true },
  "re-ops.forgetAnswers": { title: "Forget Kept Answers", inPalette: true },
  "re-ops.showMenu": { title: "Show Status and Actions", inPalette: true },
  "re-ops.openOutput": { title: "Open Output", inPalette: false },
  "re-ops.showMoreOutput": { title: "Show More Output", inPalette: false },
  "re-ops.openSource": { title: "Go to Code", inPalette: false },
  "re-ops.evaluateLine": { title: "Evaluate Form on Line", inPalette: false },
  "re-ops.evaluateNeeds": { title: "Evaluate What a Form Needs", inPalette: false },
  "re-ops.openPlace": { title: "Go to Line of Stack Frame", inPalette: false },
  "re-ops.cancelRun": { title: "Cancel Run", inPalette: false },
  "re-ops.runAgain": { title: "Run Again", inPalette: false },
} as const satisfies Readonly<Record<string, CommandFacts>>;

export type CommandId = keyof typeof commandFacts;
