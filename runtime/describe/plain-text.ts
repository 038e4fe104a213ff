// Output of programs as text that can be shown: no colours, no cursor movements, nothing that drives a terminal, one kind of line end.

const ESCAPE_SEQUENCES = new RegExp(
  [
    "(?:\\x1b\\]|\\x9d)[^\\x07\\x1b\\x9c\\n]*(?:\\x07|\\x1b\\\\|\\x9c)?", // titles, links and the like
    "(?:\\x1b[PX^_]|[\\x90\\x98\\x9e\\x9f])[^\\x1b\\x9c\\n]*(?:\\x1b\\\\|\\x9c)?", // strings to the device
    "(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*[@-~]?", // colours, cursor movements, erasing
    "\\x1b[ -/]*[0-~]?",
  ].join("|"),
  "gu",
);

/**
 * Each line as a terminal would have left it: the last state of one that overwrites itself, as progress bars do. What
 * controls a terminal is gone; of other control characters only line ends and tabs stay, U+FFFD stands for the rest.
 */
export function plainText(output: string): string {
  const text = output.replaceAll(ESCAPE_SEQUENCES, "").replaceAll("\r\n", "\n");
  const settled = /[\r\b]/u.test(text) ? text.split("\n").map(lastState).join("\n") : text;
  return settled.replaceAll(/(?![\n\t])\p{Cc}/gu, "\uFFFD");
}

/** Host names and messages come from elsewhere: they may break no line and move no cursor. */
export function onOneLine(text: string): string {
  return text
    .trim()
    .replaceAll(/\s*[\r\n]+\s*/gu, " | ")
    .replaceAll(/[\p{Cc}\u2028\u2029]/gu, (one) => JSON.stringify(one).slice(1, -1));
}

function lastState(line: string): string {
  if (!line.includes("\r")) return withoutErased(line);
  return withoutErased(line.split("\r").findLast((state) => state !== "") ?? "");
}

function withoutErased(line: string): string {
  if (!line.includes("\b")) return line;
  const kept: string[] = [];
  for (const character of line) {
    if (character === "\b") kept.pop();
    else kept.push(character);
  }
  return kept.join("");
}
