// Both bindings of the engine port under one contract: in the process of user code, and across a pipe from it.
import assert from "node:assert/strict";
import { duplexPair } from "node:stream";
import { servePort } from "../../../language-server/live/port-server.ts";
import { createEngine } from "../../../runtime/engine/engine.ts";
import { createPortClient } from "../../../runtime/live/port-client.ts";
import { identifyThisProcess, isAlive } from "../../../runtime/project/process-identity.ts";
import { createPeer } from "../../../runtime/rpc/peer.ts";
import { type Ending, lastFirst, temporaryFolder } from "../../support/temporary.ts";
import { testPort } from "./contract.ts";

testPort("in-process", async (t) => {
  const engine = await openEngine(t);
  return { engine, port: engine.openPort().port };
});

testPort("across a pipe", async (t) => {
  const engine = await openEngine(t);
  const [here, there] = duplexPair();
  const onProblem = (problem: Error) => {
    throw problem;
  };
  const live = createPeer(here, here, { onProblem });
  const server = createPeer(there, there, { onProblem });
  t.after(() => {
    live.dispose();
    server.dispose();
  });
  servePort({ engine, peer: server, onRunStarted: () => {} });
  return { engine, port: createPortClient(live) };
});

async function openEngine(test: Ending) {
  const t = lastFirst(test);
  const engine = createEngine({
    stateFolder: await temporaryFolder(t),
    environment: { PATH: process.env["PATH"] ?? "", HOME: await temporaryFolder(t) },
    owner: identifyThisProcess(),
    isAlive,
    onProblem: assert.fail,
    readVariable: (name) => (name === "IN_A_VARIABLE" ? "s3cret value" : undefined),
  });
  t.after(() => engine.dispose());
  return engine;
}
