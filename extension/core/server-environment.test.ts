// A server gets what reaching hosts depends on, and nothing of the editor that happened to start it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { serverEnvironment } from "./server-environment.ts";

test("variables of VS Code stay behind", () => {
  const environment = {
    SSH_AUTH_SOCK: "/run/agent",
    PATH: "/bin",
    VSCODE_IPC_HOOK: "/tmp/x",
    ELECTRON_RUN_AS_NODE: "1",
    NODE_OPTIONS: "--require x",
  };
  assert.deepEqual(serverEnvironment(environment), { SSH_AUTH_SOCK: "/run/agent", PATH: "/bin" });
});
