// Starts what was stopped: journal, connections, live process.
import type { Services } from "../services.ts";
import { askForComponents } from "./ask-for-components.ts";

export async function go(services: Services): Promise<void> {
  await askForComponents(services, "go", "Start");
}
