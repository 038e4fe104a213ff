// An SSH server that lets everybody in and opens every channel, but says that its channels take packets of no bytes.
import { readFile } from "node:fs/promises";
import ssh2, { type Connection } from "ssh2";
import type { Ending } from "../support/temporary.ts";
import type { Key } from "./keys.ts";
import { listenSsh } from "./listen-ssh.ts";

/** What the `ssh2` package keeps to itself: how a server answers who opens a channel. */
interface Protocol {
  channelOpenConfirm(remote: number, local: number, window: number, longestBytes: number): void;
}

export async function startZeroPacketServer(t: Ending, hostKey: Key) {
  const open = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [await readFile(hostKey.file)] }, (client) => {
    open.add(client);
    client.on("error", () => {}); // whoever left has left
    client.once("close", () => open.delete(client));
    client.on("authentication", (context) => context.accept());
    const { _protocol: protocol } = client as unknown as { readonly _protocol: Protocol };
    const confirm = protocol.channelOpenConfirm.bind(protocol);
    protocol.channelOpenConfirm = (remote, local, window) => confirm(remote, local, window, 0);
    client.on("session", (accept) => void accept().on("exec", (acceptExec) => acceptExec()));
    client.on("tcpip", (accept) => accept());
  });
  return { ...(await listenSsh(t, server, open)), publicKeyLine: hostKey.publicKeyLine };
}
