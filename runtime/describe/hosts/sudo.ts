// Another user on the host, by sudo: whom, and with which password.
import { inspect } from "node:util";
import { ProgramError } from "../program-error.ts";
import { refuseUnknown } from "../refuse-unknown.ts";
import { asSecret, type SecretValue } from "../secrets/secret.ts";

/** How sudo is called. What is left out: root, and a password that you are asked for, host by host, when sudo asks for one. */
export interface Sudo {
  /** Who the step is, such as `"postgres"`. Default root. */
  readonly user?: string;
  /** The password that sudo asks for, as a `secret`; on most hosts that of the login user. */
  readonly password?: SecretValue;
}

export function checkSudo(given: unknown): void {
  if (given === undefined || typeof given === "boolean") return;
  if (typeof given !== "object" || given === null) {
    throw new ProgramError(
      `sudo is ${inspect(given, { depth: 0 })}`,
      'give true, or { user: "postgres", password: secret("sudo") }',
    );
  }
  refuseUnknown("option of sudo", given, ["user", "password"]);
  const { user, password } = given as Record<string, unknown>;
  if (user !== undefined && !isUserName(user)) {
    throw new ProgramError(
      `the user of sudo is ${inspect(user, { depth: 0 })}`,
      'give the name of one, as in { user: "postgres" }',
    );
  }
  if (password === undefined || asSecret(password) !== undefined) return;
  throw new ProgramError(
    `the password of sudo is a ${typeof password}, not a secret`,
    'name it, as in { password: secret("sudo") }: its value must not stand in a file of yours',
  );
}

export function frozenSudo({ user, password }: Sudo): Sudo {
  const secret = asSecret(password);
  return Object.freeze({
    ...(user !== undefined && { user }),
    ...(secret && { password: secret }),
  });
}

/** Also `#1000`, as sudo knows a user without a name. */
function isUserName(user: unknown): boolean {
  return typeof user === "string" && /^(?:#\d+|[^\s\p{Cc}#-][^\s\p{Cc}:]{0,255})$/u.test(user);
}
