// A real VS Code for one test, with this checkout's extension in it.
import { startDesktopCode, wantsDesktop } from "./desktop.ts";
import type { Code, CodeOptions, CodeWindow, WindowOptions } from "./options.ts";
import { startWebCode } from "./web.ts";

/** Starts VS Code without a window; several windows of it share one server, as several windows of a user do. */
export function startCode(options: CodeOptions = {}): Promise<Code> {
  return wantsDesktop() ? startDesktopCode(options) : startWebCode(options);
}

/** Starts VS Code with one window; `stop` ends both. */
export async function openVSCode(
  options: CodeOptions & WindowOptions,
): Promise<CodeWindow & { stop(): Promise<void> }> {
  const { folder, env, ...code } = options;
  const started = await startCode({ ...code, ...(env && { env }) });
  try {
    const window = await started.openWindow({ folder });
    return { ...window, stop: started.stop };
  } catch (error) {
    await started.stop();
    throw error;
  }
}
