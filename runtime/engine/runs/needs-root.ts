// What to do when a host does not let the login user do something: the ways there are to be another user there.
import type { StepDescription } from "../../port.ts";

type Step = Pick<StepDescription, "operation" | "sudo" | "target">;

/** Undefined when it is root, or another user, already. */
export function waysToRoot({ operation, sudo, target }: Step): string | undefined {
  const { auth } = target;
  if (sudo !== undefined || (auth.sudo ?? false) !== false || auth.user === "root")
    return undefined;
  const call = /^\w+$/u.test(operation) ? `sudo(${operation}(…))` : "sudo(…)";
  return `${call}, or sudo: true in the Hosts`;
}

/** `said` is what a failed script wrote on standard error; undefined when it was something else. */
export function adviseRoot(said: string, step: Step): string | undefined {
  const ways = waysToRoot(step);
  if (ways === undefined) return undefined;
  const last = said.trimEnd().slice(-1000);
  if (SUDO_ASKS.test(last))
    return `write the command without sudo, and let Re-ops answer it: ${ways}`;
  const mayNeedRoot = WANTS_ROOT.test(last) || WAS_DENIED.test(last);
  return mayNeedRoot ? `if it needs root: ${ways}; else look at its output` : undefined;
}

const SUDO_ASKS =
  /^sudo: .*(?:password is required|terminal is required|no tty present|authentication is required)/imu;

/** What programs say who look for it themselves. */
const WANTS_ROOT =
  /must be (?:run as )?(?:root|superuser)|are you root|(?:root|superuser) privilege|Interactive authentication (?:is )?required/iu;

/** What the system says, at the very end. With more behind it, it is ssh that was denied something: `Permission denied (publickey).` */
const WAS_DENIED = /(?:Permission denied|Operation not permitted)\W*$/iu;
