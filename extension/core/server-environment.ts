// The variables of this window that a server is started with: those of the user's session, none of VS Code's own.

/** The server outlives the window: what tells a process whose child it is would be wrong soon. */
const ownNames = /^(?:VSCODE_|ELECTRON_|CHROME_|NODE_OPTIONS$)/u;

export function serverEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !ownNames.test(name)));
}
