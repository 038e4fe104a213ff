// sudo: an operation as another user, in both forms.
import { checkSudo, frozenSudo, type Sudo } from "../hosts/sudo.ts";
import { isOperation, isOperationStage } from "../pipelines/kinds.ts";
import type { Operation, OperationStage } from "../pipelines/types.ts";
import { ProgramError } from "../program-error.ts";
import { withCall } from "./operation.ts";

/**
 * The same operation as root, or as `user`, by the host's own sudo. When sudo asks for a password it gets that of `password`,
 * else of the `sudo` of the Hosts, else you are asked. What sudo refuses is a `refused` host. For every step of some hosts
 * write `sudo` into their Hosts instead.
 *
 * @example
 * run(sudo(exec(hosts, "id -u")), pretty());
 * run(ls(hosts, "/var/lib"), sudo(exec("psql -c 'select 1'"), { user: "postgres" }), pretty());
 * const fleet = new Hosts({ user: "re-ops", sudo: { password: secret("sudo") } }, ["web1", "web2"]);
 */
export function sudo<T>(operation: Operation<T>, options?: Sudo): Operation<T>;
export function sudo<T>(stage: OperationStage<T>, options?: Sudo): OperationStage<T>;
export function sudo(
  given: Operation<unknown> | OperationStage<unknown>,
  options: Sudo = {},
): Operation<unknown> | OperationStage<unknown> {
  checkSudo(options);
  const wanted = frozenSudo(options);
  if (isOperation(given) || (typeof given === "function" && isOperationStage(given))) {
    const rename = (label: string) => labelOf(label, wanted);
    return withCall(
      given,
      (call) => ({ ...call, label: rename(call.label), sudo: wanted }),
      rename,
    );
  }
  throw new ProgramError(
    "sudo takes an operation, with its hosts or as a stage without them",
    'write sudo(exec(hosts, "id")), or sudo(exec("id")) inside run',
  );
}

function labelOf(label: string, { user }: Sudo): string {
  return user === undefined ? `sudo ${label}` : `sudo -u ${user} ${label}`;
}
