// The variables that reaching hosts depends on: all that a server needs to know of a window's environment.
import type { ClientEnvironment } from "../protocol/door.ts";
import type { Environment } from "./state-folder.ts";

const NAMES = [
  "SSH_AUTH_SOCK",
  "PATH",
  "HOME",
  "SSH_ASKPASS",
  "DISPLAY",
  "RE_OPS_SSH_CONFIG",
  "RE_OPS_IDLE_MINUTES",
];

export function reachEnvironment(environment: Environment): ClientEnvironment {
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
