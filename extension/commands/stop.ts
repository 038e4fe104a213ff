// Stops everything but the server itself: runs, connections, and what user code holds.
import type { Services } from "../services.ts";
import { askForComponents } from "./ask-for-components.ts";

export async function stop(services: Services): Promise<void> {
  await askForComponents(services, "stop", "Stop");
}
