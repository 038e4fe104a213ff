// What to do next after failures: each advice once, however many hosts it is for.
import { nameSome } from "../hosts/name-some.ts";
import { onOneLine, plainText } from "../plain-text.ts";
import type { HostFailure } from "./outcome.ts";

/** What goes without saying: it stands in the failure, and not in a summary. */
export const PLAIN_NEXT = {
  output: "look at its output",
  again: "run it again when you want it",
} as const;

const WITHOUT_SAYING: ReadonlySet<string> = new Set(["", ...Object.values(PLAIN_NEXT)]);
const NAMED = 3;

export interface NextWords {
  /** For one host alone, such as the command that ends what still runs there. */
  readonly own: ReadonlyMap<HostFailure, string>;
  /** For several, who are named. */
  readonly shared: readonly string[];
}

export function nextWords(failures: readonly HostFailure[]): NextWords {
  const groups = Map.groupBy(
    failures.filter(({ next }) => !WITHOUT_SAYING.has(next)),
    ({ next }) => onOneLine(plainText(next)),
  );
  const own = new Map<HostFailure, string>();
  const shared: string[] = [];
  for (const [text, group] of groups) {
    const [first, second] = group;
    if (first !== undefined && second === undefined) own.set(first, `next: ${text}`);
    else
      shared.push(
        `next (${nameSome(
          group.map(({ host }) => host),
          NAMED,
        )}): ${text}`,
      );
  }
  return { own, shared };
}
