// The door of `re-ops/server`: what a server process may use of the runtime.
export { builtInOperations } from "./built-in-operations.ts";
export { closeAll } from "./engine/close-all.ts";
export type { Component } from "./engine/component.ts";
export { createEngine } from "./engine/engine.ts";
export type { Engine } from "./engine/engine.ts";
export type { PortSession } from "./engine/runs/port-session.ts";
export { type Clock, systemClock } from "./engine/waiting/clock.ts";
export { within } from "./engine/waiting/within.ts";
export type { Asker } from "./engine/questions/question.ts";
export { createSemaphore } from "./engine/waiting/semaphore.ts";
export type { CancelReport, ComponentsReport, RunDescription, StepResult } from "./port.ts";
export { createPeer, PeerGoneError } from "./rpc/peer.ts";
export type { Peer } from "./rpc/peer.ts";
export { LineTooLongError, readLine, writeLine } from "./rpc/line.ts";
export { HeardText, SentText } from "./rpc/sent-text.ts";
export { isProof, makeNonce, proofOf } from "./rpc/proof.ts";
export * from "./protocol/live.ts";
export {
  identifyProcess,
  identifyThisProcess,
  isAlive,
  signalProcess,
} from "./project/process-identity.ts";
export type { ProcessIdentity } from "./project/process-identity.ts";
export { dependsOnReOps } from "./project/project-folder.ts";
export { readKeeping } from "./project/read-keeping.ts";
export { reachEnvironment } from "./project/reach-environment.ts";
export {
  readServerRecord,
  removeServerRecord,
  serverLogFile,
  tokenFile,
  writeServerRecord,
} from "./project/server-record.ts";
export type { ServerRecord } from "./project/server-record.ts";
export { socketPathOf } from "./project/socket-path.ts";
export { compiledFolderIn, makePrivateFolder, stateFolderOf } from "./project/state-folder.ts";
export { VERSION } from "./project/version.ts";
