// An outcome in one line: how many hosts succeeded, failed, and failed and were picked away.
import { nameSome } from "../hosts/name-some.ts";
import { pickedAway, trailOf, type Outcome } from "./outcome.ts";

const NAMED = 10;

/** Such as `2 ok · 1 failed`; with names those that were picked away are named, since no line of a summary is theirs. */
export function countsOf(
  outcome: Outcome<unknown>,
  { names = false }: { readonly names?: boolean } = {},
): string {
  const { ended, notMet, order } = trailOf(outcome);
  const { success, failure } = outcome;
  if (order.length === 0) return "no hosts";
  if (notMet) return "not met";
  const away = pickedAway(outcome).map(({ host }) => host);
  const who = names ? ` (${nameSome(away, NAMED)})` : "";
  const hasOk = success.length > 0 || (failure.length === 0 && ended === undefined);
  const parts = [
    hasOk ? `${String(success.length)} ok` : "",
    failure.length > 0 ? `${String(failure.length)} failed` : "",
    away.length > 0 ? `${String(away.length)} failed and picked away${who}` : "",
    ended ?? "",
  ];
  return parts.filter((part) => part !== "").join(" · ");
}
