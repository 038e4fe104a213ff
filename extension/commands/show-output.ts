// Shows what user code has printed.
import type { Services } from "../services.ts";

export function showOutput({ console }: Services): void {
  console.show();
}
