// Where a server listens: in its state folder when the path is short enough for a socket, else in a short folder of its user.
import { tmpdir, userInfo } from "node:os";
import path from "node:path";

/** What every system allows, the final zero byte taken off. */
const LONGEST_SOCKET_PATH_BYTES = 103;

/** Its folder must be private: call `makePrivateFolder` on it. */
export function socketPathOf(stateFolder: string): string {
  const name = path.basename(stateFolder);
  const hash = name.slice(name.lastIndexOf("-") + 1);
  const candidates = [
    path.join(stateFolder, "socket"),
    path.join(tmpdir(), `re-ops-${userInfo().username}`, hash),
  ];
  const short = candidates.find((one) => Buffer.byteLength(one) <= LONGEST_SOCKET_PATH_BYTES);
  return short ?? path.join("/tmp", `re-ops-${String(process.getuid?.() ?? 0)}`, hash);
}
