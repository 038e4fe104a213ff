// An outcome over several lines: who succeeded, with what, and who failed, with why and what to do next.
import { onOneLine, plainText } from "../../describe/plain-text.ts";
import { nextWords } from "../../describe/pipelines/next-words.ts";
import {
  pickedAway,
  type HostFailure,
  type HostResult,
  type Outcome,
} from "../../describe/pipelines/outcome.ts";

export interface OutcomeLines {
  readonly succeeded: readonly string[];
  readonly failed: readonly string[];
}

/** A line a host, for `limit` hosts: failures go before successes. `describe` says a host's value in one line. */
export function hostLines(
  outcome: Outcome<unknown>,
  describe: (value: unknown) => string,
  limit: number,
): OutcomeLines {
  const away = new Set(pickedAway(outcome));
  const failures = [...outcome.failure, ...away];
  const failed = failures.slice(0, limit);
  const succeeded = outcome.success.slice(0, limit - failed.length);
  const { own, shared } = nextWords(failures);
  return {
    succeeded: [
      ...succeeded.map((one) => successLine(one, describe)),
      ...furtherLine(outcome.success.length - succeeded.length),
    ],
    failed: [
      ...failed.flatMap((failure) => {
        const next = own.get(failure);
        const line = failureLine(failure) + (away.has(failure) ? " (picked away)" : "");
        return next === undefined ? [line] : [line, `    ${next}`];
      }),
      ...furtherLine(failures.length - failed.length, " that failed"),
      ...shared,
    ],
  };
}

function successLine(result: HostResult<unknown>, describe: (value: unknown) => string): string {
  const text = describe(result.value);
  return text === "" ? `✔ ${result.host}` : `✔ ${result.host}  ${text}`;
}

function failureLine({ host, message }: HostFailure): string {
  return `x ${onOneLine(host)} - ${onOneLine(plainText(message))}`;
}

function furtherLine(count: number, which = ""): string[] {
  return count > 0 ? [`… ${String(count)} more hosts${which}`] : [];
}
