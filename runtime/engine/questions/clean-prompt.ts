// What a host says is shown to people: as one short line in which nothing acts on a terminal or pretends to be ours.

const LONGEST_PROMPT = 200;

/** Control characters, line ends and those that turn the direction of text become spaces. */
export function cleanPrompt(text: string): string {
  const line = text
    .slice(0, LONGEST_PROMPT * 4)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]+/gu, " ")
    .replaceAll(/\s+/gu, " ")
    .trim();
  return line.length <= LONGEST_PROMPT
    ? line
    : `${line.slice(0, LONGEST_PROMPT - 1).toWellFormed()}…`;
}
