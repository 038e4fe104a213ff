// A server of another build than this extension's: offers to restart it, when nothing would be lost.
import { readServerHash, type ServerConnection } from "re-ops/client";
import { type Status, stopServer } from "re-ops/protocol";
import * as vscode from "vscode";

const RESTART = "Restart Server";

export async function offerRestart(
  { hello, runtime }: ServerConnection,
  status: Status,
  serverFolder: string,
): Promise<void> {
  const isIdle = status.running === 0 && status.clients <= 1;
  if (!isIdle || hello.hash === (await readServerHash(serverFolder))) return;
  const answer = await vscode.window.showInformationMessage(
    `The Re-ops server for ${hello.project} (version ${hello.version}) is of another build than this extension. ` +
      "Restarting it loses the values that were evaluated, and nothing else.",
    RESTART,
  );
  if (answer !== RESTART) return;
  const { stopped, message } = await runtime.request(stopServer, { force: false });
  if (!stopped) void vscode.window.showWarningMessage(`Re-ops: ${message}`);
}
