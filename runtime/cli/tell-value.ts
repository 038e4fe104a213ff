// What a terminal shows of the value of an evaluation.
import { plainText } from "../describe/plain-text.ts";
import type { EvaluationConsole } from "../port.ts";
import type { ReportedValue } from "../protocol/evaluation.ts";

export interface ShownValue {
  readonly kind: ReportedValue["kind"];
  readonly detail: string;
  readonly note?: string | undefined;
}

export interface Listener {
  readonly json: boolean;
  readonly program: { readonly console: EvaluationConsole; readonly hasPrinted: boolean };
}

export function tellValue({ kind, detail, note }: ShownValue, { json, program }: Listener): void {
  if (note !== undefined) process.stderr.write(`re-ops: ${note}\n`);
  // A summary that was printed says it all.
  const isTold = json || (kind === "outcome" && program.hasPrinted);
  if (!isTold && kind !== "undefined") program.console.write("out", `${forReader(detail)}\n`);
}

/** A value may hold what a host printed, which must not drive the terminal of whoever looks at it; a file or pipe gets it as it is. */
function forReader(detail: string): string {
  return process.stdout.isTTY ? plainText(detail) : detail;
}
