// What becomes of user code that was broken off, and of all of it when the server is gone.
import type { EnginePort } from "../../port.ts";
import type { BrokenLoop } from "../../protocol/live.ts";
import type { WorkUnderWay } from "../work-under-way.ts";
import type { BrokenOff } from "./break-off.ts";

const BROKEN = "Broken off: it kept the live process from answering an interrupt.";

/** Whose code was broken off never settles by itself. */
export function settleBroken(
  { place, evaluationId, runId, byTimer }: BrokenOff,
  work: Pick<WorkUnderWay, "breakOff">,
  port: Pick<EnginePort, "cancelRun">,
): BrokenLoop {
  const session = work.breakOff(evaluationId ?? "", BROKEN);
  if (runId !== undefined) {
    port.cancelRun(runId, "interrupted").catch(() => undefined); // the server is gone, and this process ends
  }
  return {
    place,
    byTimer,
    ...(session !== undefined && { evaluationId: session.id }),
    ...(runId !== undefined && { runId }),
  };
}

/** The server is gone: what user code wants to do at the end is done, and then what it started ends too. */
export function endAll(): void {
  process.on("exit", () => {
    try {
      process.kill(-process.pid, "SIGKILL");
    } catch {
      // It leads no process group, so there is none to end.
    }
  });
  process.exit();
}
