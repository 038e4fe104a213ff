// The themes in which screenshots are made: how their files are called, and what VS Code calls them.

export const themes = [
  ["dark", "Dark Modern"],
  ["light", "Light Modern"],
  ["high-contrast", "Default High Contrast"],
  ["high-contrast-light", "Default High Contrast Light"],
] as const;
