// Ends the live process and starts an empty one; connections to hosts and other runs stay.
import { restartLive as request } from "re-ops/protocol";
import * as vscode from "vscode";
import { pickConnection } from "../connection/pick-connection.ts";
import type { Services } from "../services.ts";

export async function restartLive({ connections }: Services): Promise<void> {
  const connection = await pickConnection(connections, "Restart the live process of");
  if (connection?.server === undefined) return;
  const { lost } = await connection.server.runtime.request(request, {});
  const what = lost.length === 0 ? "" : ` Lost: ${lost.join(" · ")}`;
  void vscode.window.showInformationMessage(`The live process is new and empty.${what}`);
}
