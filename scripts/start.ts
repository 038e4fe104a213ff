// `npm start`: builds, starts the demo fleet and opens examples/ in VS Code with the extension; Ctrl+C ends all of it.
// RE_OPS_EDITOR=web takes VS Code's server even where there is a desktop VS Code.
import { existsSync } from "node:fs";
import { once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.ts";
import { type DemoFleet, startDemoFleet } from "./demo-fleet/fleet.ts";
import { openDesktopEditor } from "./editors/desktop.ts";
import type { Editor } from "./editors/editor.ts";
import { openWebEditor } from "./editors/web.ts";
import { endServerOf } from "./end-server.ts";
import { ensureSystemPrograms, findProgram } from "./system-packages.ts";
import { installVSCodeServer } from "./vscode-install.ts";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const examples = path.join(root, "examples");
const firstExample = path.join(examples, "a-first-minute.ts");
const sshClient = [{ program: "ssh", debianPackage: "openssh-client" }];

await start();

async function start(): Promise<void> {
  await ensureSystemPrograms(sshClient, "Re-ops");
  await build(tell);
  const open = await prepareEditor();
  const interrupted = waitForInterrupt(); // until here Ctrl+C has nothing to end
  const fleet = await startDemoFleet();
  try {
    const editor = await open({ ...process.env, RE_OPS_SSH_CONFIG: fleet.configFile });
    try {
      tell(describe(fleet, editor));
      await interrupted;
      tell("\nEnding the editor, the server and the demo fleet");
    } finally {
      await editor.stop();
      await endServerOf(examples, process.env);
    }
  } finally {
    await fleet.stop();
  }
}

async function prepareEditor(): Promise<(environment: NodeJS.ProcessEnv) => Promise<Editor>> {
  const what = { root, folder: examples, ...(existsSync(firstExample) && { file: firstExample }) };
  const desktop = process.env["RE_OPS_EDITOR"] === "web" ? undefined : await findProgram("code");
  if (desktop !== undefined)
    return (environment) => openDesktopEditor(desktop, { ...what, environment });
  const program = await installVSCodeServer(tell);
  return (environment) => openWebEditor(program, { ...what, environment });
}

function describe(fleet: DemoFleet, editor: Editor): string {
  const names = fleet.hosts.map((host) => host.name).join(", ");
  return [
    "",
    `Re-ops is running. ${editor.where}`,
    "",
    `  Put the cursor on an expression in ${path.relative(root, firstExample)} and press Ctrl+Enter.`,
    `  It runs on ${names}: three SSH servers of this process, on 127.0.0.1.`,
    `  From a terminal: ssh -F ${fleet.configFile} ${fleet.hosts[0]?.name ?? ""}`,
    "",
    "Ctrl+C ends everything that this started.",
  ].join("\n");
}

async function waitForInterrupt(): Promise<void> {
  await Promise.race(["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => once(process, signal)));
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}
