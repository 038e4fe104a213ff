// One host on which the same script runs both ways: on a resident shell, and on a channel of its own.
import type { TestContext } from "node:test";
import { systemClock } from "../../../runtime/engine/waiting/clock.ts";
import { nobody } from "../../../runtime/engine/questions/question.ts";
import type { SshdOptions } from "../../lab/sshd.ts";
import { type Ran, type RunOptions, makeLabReach, startTrustedHost } from "./lab-reach.ts";

export type Run = (script: string, options?: RunOptions) => Promise<Ran>;

/** `run` over its resident shells, `runApart` over channels. */
export async function startBoth(t: TestContext, options: SshdOptions = {}) {
  const lab = await makeLabReach(t);
  const { sshd, auth } = await startTrustedHost(t, lab, { maxSessions: 50, ...options });
  const apart = await makeLabReach(t, {}, systemClock, nobody, { residentShells: "none" });
  await apart.trust([sshd]);
  const run: Run = (script, more) => lab.run(sshd.host, script, { auth, ...more });
  const runApart: Run = (script, more) => apart.run(sshd.host, script, { auth, ...more });
  return { lab, sshd, auth, run, runApart };
}
