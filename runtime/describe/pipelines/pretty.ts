// pretty: prints what came of a run.
import { currentEvaluation } from "../../port.ts";
import { STAGE } from "../brand.ts";
import { refuseUnknown } from "../refuse-unknown.ts";
import { isOutcome, type Outcome } from "./outcome.ts";
import { summaryOf } from "./summary.ts";

export interface PrettyOptions {
  /** Also what each host printed, on top, as lines `host: …`; of an output that was cut, its beginning and end. */
  readonly output?: boolean;
}

/**
 * A stage that prints a summary to whoever asked for the run: the hosts that go on, then those that failed, with why and what
 * to do next, then how many there are. When nobody is left it prints every failure of the run. Throws `ProgramError` for an
 * option that it does not have.
 *
 * @example
 * run(ls(hosts, "/"), pretty("listing"));
 * run(exec(hosts, "uptime"), pretty({ output: true }));
 * run(exec(hosts, "df -h /"), pretty("room", { output: true }));
 */
export function pretty(options: PrettyOptions): <T>(outcome: Outcome<T>) => Outcome<T>;
export function pretty(
  title?: string,
  options?: PrettyOptions,
): <T>(outcome: Outcome<T>) => Outcome<T>;
export function pretty(
  first?: string | PrettyOptions,
  second: PrettyOptions = {},
): <T>(outcome: Outcome<T>) => Outcome<T> {
  const [title, options] = typeof first === "object" ? [undefined, first] : [first, second];
  // `pretty` that was not called is given an outcome; `run` tells that mistake.
  if (!isOutcome(first)) refuseUnknown("option of pretty", options, ["output"]);
  const pretty = <T>(outcome: Outcome<T>): Outcome<T> => {
    const { console } = currentEvaluation();
    console.write("out", summaryOf(outcome, title, { ...options, room: console.room }));
    return outcome;
  };
  return Object.assign(pretty, { [STAGE]: "look" as const });
}
