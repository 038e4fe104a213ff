// One word of a command line.

/** A word for every shell: fish reads a backslash inside single quotes, and csh an exclamation mark, so none stays inside them. */
export function quote(text: string): string {
  return `'${text.replaceAll(/['\\!]/gu, (character) => `'\\${character}'`)}'`;
}
