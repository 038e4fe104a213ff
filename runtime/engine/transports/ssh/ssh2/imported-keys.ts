// Keys of a connection as objects that Node has imported: ssh2 gives their bytes anew for each packet of AES-GCM, and Node imports them each time.
import { createSecretKey } from "node:crypto";
import type { Client } from "ssh2";

/** Where this version of ssh2 keeps them; one that keeps them elsewhere is as fast as it is without us. */
const PLACES = { _cipher: "_encKey", _decipher: "_decipherKey" } as const;

/** After each exchange of keys, of which a long connection has several. */
export function keepKeysImported(client: Client): void {
  client.on("handshake", () => {
    const protocol = read(client, "_protocol");
    for (const [place, name] of Object.entries(PLACES)) {
      const owner = read(protocol, place);
      const key = read(owner, name);
      if (Buffer.isBuffer(key)) Object.assign(owner as object, { [name]: createSecretKey(key) });
    }
  });
}

function read(owner: unknown, name: string): unknown {
  return typeof owner === "object" && owner !== null ? Reflect.get(owner, name) : undefined;
}
