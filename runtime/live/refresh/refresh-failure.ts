// A refresh that came to nothing: which file is broken, where, and that nothing has changed.
import path from "node:path";
import type { EvaluationError } from "../../protocol/evaluation.ts";

export class RefreshFailure extends Error {
  /** At the broken place, for an editor. */
  readonly error: EvaluationError;

  constructor(error: EvaluationError, cause: unknown) {
    const { file, line, column, name, message } = error;
    const what = name === undefined ? message : `${name}: ${message}`;
    super(`${path.basename(file)}:${String(line)}:${String(column)}: ${what}`, { cause });
    this.name = "RefreshFailure";
    this.error = error;
  }
}
