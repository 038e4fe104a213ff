// Ends the Re-ops server of a folder's project, which by itself would outlive the window that started it.
import { findNamedProject, stopServer } from "re-ops/client";

const patienceMs = 10_000;

/** Ends it and waits; does nothing when none runs. */
export async function endServerOf(folder: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const project = (await findNamedProject(folder)) ?? folder;
  await stopServer(project, environment, AbortSignal.timeout(patienceMs));
}
