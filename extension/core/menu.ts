// What a click on the status item offers: first to stop what is under way, one by one, then all else.
import { type CommandId, commandFacts } from "./commands.ts";
import { shorten } from "./short-text.ts";

export interface MenuItem {
  readonly label: string;
  readonly command: CommandId;
  /** What the command is about, such as a run. */
  readonly target?: string;
}

export interface UnderWay {
  readonly id: string;
  /** The code or the title by which a person knows it. */
  readonly words: string;
}

const LONGEST_WORDS = 60;
const always: readonly CommandId[] = [
  "re-ops.showRuns",
  "re-ops.showOutput",
  "re-ops.showLog",
  "re-ops.interrupt",
  "re-ops.refresh",
  "re-ops.reset",
  "re-ops.restartLive",
];

export function menuOf(
  evaluations: readonly UnderWay[],
  runs: readonly UnderWay[],
): readonly MenuItem[] {
  return [
    ...evaluations.map((one) => stop("Interrupt", "re-ops.interrupt", one)),
    ...runs.map((one) => stop("Cancel", "re-ops.cancelRun", one)),
    ...always.map((command) => ({ label: commandFacts[command].title, command })),
  ];
}

function stop(verb: string, command: CommandId, { id, words }: UnderWay): MenuItem {
  const label = `$(debug-stop) ${verb} ${shorten(words.replaceAll(/\s+/gu, " "), LONGEST_WORDS)}`;
  return { label, command, target: id };
}
