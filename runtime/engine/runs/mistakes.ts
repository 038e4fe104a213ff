// What nobody foresaw while a step is done on a host: that host's failure, so that the others go on, and told whole.
import type { ReachFailure } from "../connections/reach-end.ts";
import type { Redaction } from "../secrets/redaction.ts";

export interface MistakeTools {
  readonly redaction: Redaction;
  readonly onProblem: (message: string) => void;
}

/** For the hosts of one step. Only the first is told with its stack: those of other hosts are the same as a rule. */
export function createMistakes(
  step: string,
  { redaction, onProblem }: MistakeTools,
): (host: string, error: unknown) => ReachFailure {
  let isTold = false;
  return (host, error) => {
    const why = error instanceof Error ? error.message : String(error);
    const whole = error instanceof Error ? (error.stack ?? why) : why;
    if (!isTold) {
      onProblem(redaction.text(`step ${step} met a mistake of Re-ops on ${host}: ${whole}`));
    }
    isTold = true;
    return {
      kind: "unknown",
      message: redaction.text(`a mistake of Re-ops broke it off (${host}): ${why}`),
      next: "look on the host before you run it again, and report the mistake: the server's log has it whole",
    };
  };
}
