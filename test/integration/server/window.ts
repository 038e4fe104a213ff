// A window as a process of its own, which can be closed, reloaded or killed: both doors open, a document shown, and a run begun.
import { parseArgs } from "node:util";
import { connectToServer } from "re-ops/client";
import { openLanguage } from "./language-client.ts";
import { liveEntry, serverEntry } from "./project.ts";

const { values } = parseArgs({ options: { project: { type: "string", default: "" } } });
const connection = await connectToServer({
  projectFolder: values.project,
  serverEntry,
  liveEntry,
  node: { setting: process.execPath },
  environment: process.env,
  signal: new AbortController().signal,
  log: () => {},
});
const language = await openLanguage(connection);
language.show("file:///window.ts", 'import { ls } from "re-ops";\nls(hs);\n');
process.send?.(connection.hello.pid);

process.on("message", () => {
  // As an editor does when its window is closed.
  void language.close().then(() => {
    connection.dispose();
    process.disconnect();
  });
});
