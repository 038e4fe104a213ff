// Evaluates the files anew that changed on disk.
import type { Services } from "../services.ts";
import { refreshProject } from "./refresh-project.ts";

export async function refresh(services: Services): Promise<void> {
  await refreshProject(services, { all: false });
}
