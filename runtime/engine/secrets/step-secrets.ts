// What a step needs of secrets: its script with their values in it, and the way through sudo.
import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import type { Sudo } from "../../describe/hosts/hosts.ts";
import type { SecretValue } from "../../describe/secrets/secret.ts";
import type { StepDescription } from "../../port.ts";
import type { SudoAccess } from "../shell/sudo.ts";
import { ConnectionError } from "../host-errors.ts";
import type { Target } from "../transports/transport.ts";
import { asInput, buildSecretReader, fillScript } from "./fill-script.ts";
import { type Asking, type Secrets, whyUnfit } from "./secrets.ts";

export interface ReadyScript {
  readonly script: string;
  readonly input?: () => Readable;
}

/** The script as it goes to a host. Rejects as `Secrets.read` does. */
export async function readyScript(
  { script, secrets = [] }: StepDescription,
  reader: Secrets,
  asking: Asking,
  signal: AbortSignal,
): Promise<ReadyScript> {
  if (secrets.length === 0) return { script };
  const values = new Map<string, string>();
  for (const { secret } of secrets) {
    const { value } = await reader.read(secret, asking, signal);
    const unfit = whyUnfit(value);
    if (unfit !== undefined) throw describeUnfit(secret, unfit);
    values.set(keyOf(secret), value);
  }
  const filled = fillScript(script, secrets, (secret) => values.get(keyOf(secret)) ?? "");
  const endMark = randomBytes(16).toString("hex");
  return { script: buildSecretReader(endMark), input: asInput(filled, endMark) };
}

/** The login password that the hosts name; undefined when they name none. */
export function loginPassword(
  { target }: StepDescription,
  reader: Secrets,
  asker: Pick<Asking, "evaluationId" | "aside">,
): Target["password"] {
  const { password } = target.auth;
  if (password === undefined) return undefined;
  return (host, signal) => reader.read(password, { ...asker, what: "password", host }, signal);
}

/** How the step becomes another user; undefined when it does not. What the step itself says comes first. */
export function sudoAccess(
  { sudo, target }: StepDescription,
  reader: Secrets,
  asker: Pick<Asking, "evaluationId" | "aside">,
): SudoAccess | undefined {
  const ofHosts: Sudo | undefined = target.auth.sudo === true ? {} : target.auth.sudo || undefined;
  if (sudo === undefined && ofHosts === undefined) return undefined;
  const { user, password } = { ...ofHosts, ...sudo };
  return {
    user,
    password(host, signal) {
      const asking = { ...asker, what: "sudo password", host } as const;
      return password === undefined
        ? reader.ask(asking, signal)
        : reader.read(password, asking, signal);
    },
  };
}

/** Two secrets of one name may come from two places. */
function keyOf(secret: SecretValue): string {
  return JSON.stringify([secret.secret, secret.from]);
}

function describeUnfit({ secret }: SecretValue, why: string): ConnectionError {
  return new ConnectionError(
    "refused",
    `secret ${secret} ${why}`,
    "look at where it is kept: use one of at least 4 characters",
  );
}
