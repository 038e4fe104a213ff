// What a test may say about the VS Code it wants, and what it gets.
import type { Page } from "playwright-core";
import type { InsideVSCode } from "./bridge-client.ts";

export type Theme = "dark" | "light" | "high contrast" | "high contrast light";

export type CodeOptions = {
  /** The extension under test: a folder, or a packed file; without it the one that RE_OPS_VSIX names, else this checkout. */
  extension?: { folder: string } | { vsix: string };
  /** Folders of further extensions, beside the one under test. */
  companions?: readonly string[];
  settings?: Readonly<Record<string, unknown>>;
  theme?: Theme;
  /** False opens folders in Restricted Mode. */
  trusted?: boolean;
  /** For the server and with it for every extension host. */
  env?: Readonly<Record<string, string>>;
  viewport?: { width: number; height: number };
};

export type WindowOptions = {
  /** Full path of the folder to open. */
  folder: string;
  /** For this window's extension host alone. */
  env?: Readonly<Record<string, string>>;
};

/** A running VS Code that windows can be opened on. */
export type Code = {
  openWindow(options: WindowOptions): Promise<CodeWindow>;
  /** What VS Code's own process has written. */
  log(): string;
  /** Ends it with all its windows and removes its data. */
  stop(): Promise<void>;
};

export type CodeWindow = {
  page: Page;
  /** Process id of the extension host. */
  hostPid(): number;
  /** Runs a function in the extension host and gives what it returns, which must be JSON. */
  evaluate<R>(run: InsideVSCode<undefined, R>): Promise<R>;
  evaluate<A, R>(run: InsideVSCode<A, R>, argument: A): Promise<R>;
  /** Saves a picture in dist/screenshots and gives its path. */
  screenshot(name: string): Promise<string>;
  /** As F5 in the browser: a new page and a new extension host. */
  reload(): Promise<void>;
  /** As a crash: page and extension host are gone at once, nothing gets to say goodbye. */
  kill(): Promise<void>;
  /** As a person closes a window. */
  close(): Promise<void>;
};

const themes: Readonly<Record<Theme, string>> = {
  dark: "Dark Modern",
  light: "Light Modern",
  "high contrast": "Default High Contrast",
  "high contrast light": "Default High Contrast Light",
};

/** The user settings that these options ask for. */
export function describeSettings(options: CodeOptions): Record<string, unknown> {
  return {
    "workbench.colorTheme": themes[options.theme ?? "dark"],
    "window.autoDetectColorScheme": false,
    "window.autoDetectHighContrast": false,
    "security.workspace.trust.enabled": options.trusted === false,
    "security.workspace.trust.startupPrompt": "never",
    "security.workspace.trust.banner": "never",
    "editor.minimap.enabled": false,
    ...options.settings,
  };
}
