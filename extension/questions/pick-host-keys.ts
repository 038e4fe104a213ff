// Host keys that nobody has trusted yet: all of a run in one list, none of them picked.
import { describePlace, type GivenTrust, type UnknownHostKey } from "re-ops/protocol";
import * as vscode from "vscode";

interface KeyItem extends vscode.QuickPickItem {
  readonly index: number;
}

/** Closed, or taken away by the signal: none is trusted. */
export async function pickHostKeys(
  keys: readonly UnknownHostKey[],
  signal: AbortSignal,
): Promise<GivenTrust> {
  if (signal.aborted) return { kind: "declined" };
  const list = vscode.window.createQuickPick<KeyItem>();
  const given = Promise.withResolvers<GivenTrust>();
  const many =
    keys.length === 1 ? "1 unknown host key" : `${String(keys.length)} unknown host keys`;
  list.title = `Re-ops: Trust ${many}?`;
  list.placeholder = "Compare the fingerprints, and pick those that you trust";
  list.canSelectMany = true;
  list.ignoreFocusOut = true;
  list.matchOnDescription = true;
  list.matchOnDetail = true;
  list.items = keys.map(describeItem);
  list.onDidAccept(() => {
    const trusted = list.selectedItems.map(({ index }) => index);
    given.resolve({ kind: "answered", trusted });
    list.hide();
  });
  list.onDidHide(() => given.resolve({ kind: "declined" }));
  const hide = () => list.hide();
  signal.addEventListener("abort", hide, { once: true });
  list.show();
  return given.promise.finally(() => {
    signal.removeEventListener("abort", hide);
    list.dispose();
  });
}

function describeItem(key: UnknownHostKey, index: number): KeyItem {
  const { type, fingerprint, note } = key;
  return {
    index,
    label: describePlace(key),
    description: type,
    detail: note === undefined ? fingerprint : `${fingerprint}: ${note}`,
  };
}
