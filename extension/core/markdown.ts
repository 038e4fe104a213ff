// Text of hosts and programs inside Markdown: shown as it is, never understood.

/** Nothing in `text` becomes a link, an icon, a list or a line of a table. */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\\`*_{}[\]()#+\-.!|~$:>@]/gu, String.raw`\$&`)
    .replaceAll(/\s*\n\s*/gu, " ");
}

/** A block of code that `text` cannot end. */
export function codeBlock(text: string, language = ""): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/gu)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** A link that runs a command with these arguments. */
export function commandLink(label: string, command: string, ...args: readonly unknown[]): string {
  return `[${label}](command:${command}?${encodeURIComponent(JSON.stringify(args))})`;
}
