// The wildcards of OpenSSH: `*` and `?`, lists of them, and `!` for what a list must not hold.

/** Whether the whole text fits the pattern. */
function matchesPattern(text: string, pattern: string): boolean {
  let position = 0;
  let patternPosition = 0;
  let star = -1;
  let retry = 0;
  while (position < text.length) {
    const wanted = pattern[patternPosition];
    if (wanted === "*") {
      star = patternPosition++;
      retry = position;
    } else if (wanted === "?" || (wanted !== undefined && wanted === text[position])) {
      patternPosition++;
      position++;
    } else if (star >= 0) {
      // The latest star takes one character more, and the rest is tried anew.
      patternPosition = star + 1;
      position = ++retry;
    } else {
      return false;
    }
  }
  while (pattern[patternPosition] === "*") patternPosition++;
  return patternPosition === pattern.length;
}

/** Whether one pattern of the list fits and none that is negated does. */
export function matchesPatternList(text: string, patterns: readonly string[]): boolean {
  let matched = false;
  for (const pattern of patterns) {
    const negated = pattern.startsWith("!");
    if (!matchesPattern(text, negated ? pattern.slice(1) : pattern)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}
