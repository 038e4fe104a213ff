// Evaluates all files anew of which something was evaluated.
import type { Services } from "../services.ts";
import { refreshProject } from "./refresh-project.ts";

export async function refreshAll(services: Services): Promise<void> {
  await refreshProject(services, { all: true });
}
