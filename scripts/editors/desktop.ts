// The desktop VS Code that is on PATH, with the extension from this checkout.
import { runProgram } from "../run-program.ts";
import type { Editor, EditorRequest } from "./editor.ts";

/** Opens a window of its own; the window stays the person's to close. */
export async function openDesktopEditor(program: string, request: EditorRequest): Promise<Editor> {
  const { root, folder, file, environment } = request;
  const words = [
    "--new-window",
    "--disable-workspace-trust", // these examples came with the checkout that is being run
    `--extensionDevelopmentPath=${root}`,
    folder,
    ...(file === undefined ? [] : [file]),
  ];
  await runProgram(program, words, { env: environment });
  return { where: "Look at the VS Code window that has opened.", stop: async () => {} };
}
