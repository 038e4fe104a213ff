// An engine inside the process of the user's code, for the command line and plain scripts: it attaches to nobody.
import { createEngine, type Engine } from "../engine/engine.ts";
import type { EnginePort } from "../port.ts";
import { identifyThisProcess, isAlive } from "../project/process-identity.ts";
import { projectOfDirectory } from "../project/project-folder.ts";
import { readKeeping } from "../project/read-keeping.ts";
import { reachEnvironment } from "../project/reach-environment.ts";
import { makePrivateFolder, stateFolderOf } from "../project/state-folder.ts";
import { createTerminalAsker } from "./terminal-asker.ts";

export interface OwnEngine {
  readonly engine: Engine;
  readonly port: EnginePort;
}

/** Opens an engine for the project that `directory` belongs to; its journal is the project's. */
export async function openOwnEngine(
  directory: string,
  environment: NodeJS.ProcessEnv,
): Promise<OwnEngine> {
  const projectFolder = await projectOfDirectory(directory, environment);
  const stateFolder = stateFolderOf(projectFolder, environment);
  makePrivateFolder(stateFolder);
  const { keeping, problem } = await readKeeping(projectFolder);
  const onProblem = (message: string) => {
    process.stderr.write(`re-ops: ${message}\n`);
  };
  if (problem !== undefined) onProblem(problem);
  const engine = createEngine({
    stateFolder,
    keeping,
    environment: reachEnvironment(environment),
    localFolder: process.cwd(),
    owner: identifyThisProcess(),
    isAlive,
    readVariable: (name) => environment[name],
    asker: createTerminalAsker(),
    onProblem,
  });
  return { engine, port: engine.openPort().port };
}
