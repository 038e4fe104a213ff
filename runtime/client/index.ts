// The door of `re-ops/client`: finding, starting and talking to the server of a project folder.
export { connectToServer } from "./connect.ts";
export type { ConnectOptions, ServerConnection } from "./connect.ts";
export { chooseNode } from "./choose-node.ts";
export type { NodeChoice, NodeProgram } from "./choose-node.ts";
export { ServerRefusedError } from "./handshake.ts";
export { readServerHash } from "./server-copy.ts";
export { stopServer } from "./stop-server.ts";
export {
  findNamedProject,
  importsReOps,
  projectOfDirectory,
  projectOfFile,
} from "../project/project-folder.ts";
export { readServerRecord, serverLogFile } from "../project/server-record.ts";
export { stateFolderOf, stateHome } from "../project/state-folder.ts";
export { plainText } from "../describe/plain-text.ts";
export type { Peer } from "../rpc/peer.ts";
export { PeerGoneError } from "../rpc/peer.ts";
