// An engine inside the process of the user's code, for the command line and plain scripts: it attaches to nobody.
import { createEngine, type Engine } from "../engine/engine.ts";
import type { EnginePort } from "../port.ts";
import type { ClientEnvironment } from "../protocol/door.ts";
import { identifyThisProcess, isAlive } from "../project/process-identity.ts";
import { projectOfDirectory } from "../project/project-folder.ts";
import { makePrivateFolder, stateFolderOf } from "../project/state-folder.ts";

export interface OwnEngine {
  readonly engine: Engine;
  readonly port: EnginePort;
}

/** The variables on which reaching hosts depends. */
const VARIABLES = ["SSH_AUTH_SOCK", "PATH", "HOME", "SSH_ASKPASS", "RE_OPS_SSH_CONFIG"];

/** Opens an engine for the project that `directory` belongs to; its journal is the project's. */
export async function openOwnEngine(
  directory: string,
  environment: NodeJS.ProcessEnv,
): Promise<OwnEngine> {
  const projectFolder = await projectOfDirectory(directory, environment);
  const stateFolder = stateFolderOf(projectFolder, environment);
  makePrivateFolder(stateFolder);
  const engine = createEngine({
    stateFolder,
    environment: reachingVariables(environment),
    owner: identifyThisProcess(),
    isAlive,
  });
  return { engine, port: engine.openPort().port };
}

function reachingVariables(environment: NodeJS.ProcessEnv): ClientEnvironment {
  return Object.fromEntries(
    VARIABLES.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
