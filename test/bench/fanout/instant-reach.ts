// Hosts that answer at once and take nothing: what a run costs over these is our own doing.
import type { Reach } from "../../../runtime/engine/connections/reach.ts";

/** What every such host says. */
export function instantAnswer(host: string): string {
  return `${host}\n 12:00:00 up 3 days,  4:05,  0 users,  load average: 0.00, 0.01, 0.05\n`;
}

export function createInstantReach(): Reach {
  return {
    execute({ host }, _script, { onOutput }) {
      void onOutput("out", Buffer.from(instantAnswer(host)));
      return Promise.resolve({ kind: "exited", code: 0 });
    },
    warm: () => Promise.resolve(),
    connectionCount: () => 0,
    channelCount: () => 0,
    setEnvironment: () => {},
    dispose: () => Promise.resolve(),
  };
}
