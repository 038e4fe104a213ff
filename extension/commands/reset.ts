// Stops and starts everything, with an empty live process: what is evaluated next is the code as it is now.
import type { Services } from "../services.ts";
import { askForComponents } from "./ask-for-components.ts";

export async function reset(services: Services): Promise<void> {
  await askForComponents(services, "reset", "Reset");
}
