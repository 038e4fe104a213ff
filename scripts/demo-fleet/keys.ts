// Key pairs of the demo fleet, made by the ssh2 library, so that a machine without ssh-keygen can start it.
import ssh2 from "ssh2";

export type KeyPair = { private: string; public: string };

/** An ed25519 pair as OpenSSH writes it. */
export function makeKeyPair(comment = ""): KeyPair {
  let pair = ssh2.utils.generateKeyPairSync("ed25519", { comment });
  // The library drops a zero byte that leads the public half, one key in 256, and then cannot read what it wrote.
  while (ssh2.utils.parseKey(pair.private) instanceof Error) {
    pair = ssh2.utils.generateKeyPairSync("ed25519", { comment });
  }
  return pair;
}
