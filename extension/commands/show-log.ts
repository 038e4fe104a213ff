// Shows what the extension and its connections have to say of themselves.
import type { Services } from "../services.ts";

export function showLog({ log }: Services): void {
  log.show(true);
}
