// The name that somebody meant who wrote one that is not there.

/** The closest of `names`, the earlier of equals; nothing when none is close. */
export function closestName(wanted: string, names: Iterable<string>): string | undefined {
  let closest: string | undefined;
  let least = patienceFor(wanted) + 1;
  for (const name of new Set(names)) {
    const distance = distanceBetween(wanted, name, least);
    if (distance < least && (wanted.length > 2 || isSameButForCase(wanted, name))) {
      least = distance;
      closest = name;
    }
  }
  return closest;
}

/** A quarter of a name may be wrong, a letter at least; of a short one only the case. */
function patienceFor(name: string): number {
  return name.length < 3 ? 1 : Math.min(3, Math.max(1, Math.floor(name.length / 4)));
}

/** Letters to put in, leave out, change or swap; half for one of the other case. At least `limit` when it is that far. */
function distanceBetween(one: string, other: string, limit: number): number {
  if (Math.abs(one.length - other.length) >= limit) return limit;
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const [a, b] = [one.charAt(row - 1), other.charAt(column - 1)];
      const change = (last[column - 1] ?? 0) + costOf(a, b);
      const least = Math.min(change, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
      const isSwap = a === other.charAt(column - 2) && one.charAt(row - 2) === b && a !== b;
      current.push(isSwap ? Math.min(least, (before[column - 2] ?? 0) + 1) : least);
    }
    if (Math.min(...current) >= limit) return limit;
    [before, last] = [last, current];
  }
  return last[other.length] ?? limit;
}

function isSameButForCase(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function costOf(a: string, b: string): number {
  if (a === b) return 0;
  return isSameButForCase(a, b) ? 0.5 : 1;
}
