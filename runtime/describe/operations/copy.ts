// Copies between this machine and the hosts: what is asked for; how it is done is the engine's.
import { inspect } from "node:util";
import type { TransferDescription } from "../../port.ts";
import { ProgramError } from "../program-error.ts";
import { refuseUnknown } from "../refuse-unknown.ts";
import { transferOperation } from "./operation.ts";

export interface CopyOptions {
  /** Permission bits of the copy, such as `0o600`, of every file in it when it is a folder. Default: those of the original. */
  readonly mode?: number;
  /** Keep the times of modification. Default: a copy is as old as the copying. */
  readonly times?: boolean;
}

/**
 * Copies a file or a folder of this machine to each host. `local` is relative to the project folder (in a plain script and on
 * the command line to the current folder), `remote` to the home folder there.
 *
 * A file goes to exactly that path, or into it when a folder is there. A folder goes to exactly that path, too: what is there
 * already stays, but for files that the copy brings; with a slash at the end it goes into that folder under its own name. So the
 * same call again gives the same result. A file is written beside its place and renamed into it: whoever looks sees the old one
 * or the new one. Permission bits and links inside a folder are kept. Gives `{ path, files, bytes, skipped }`.
 *
 * @example
 * run(scpInto(hosts, "conf/motd", "/etc/motd"), exec("systemctl reload sshd"), pretty());
 */
export const scpInto = transferOperation(
  "scpInto",
  "Copies a file or a folder of this machine to each host.",
  (local: string, remote: string, options: CopyOptions = {}) =>
    describeTransfer("into", local, remote, options),
);

/**
 * Copies a file or a folder of each host to this machine, into a folder for each host: `local/HOST/NAME`, so that no host
 * overwrites what another one gave. `local` is relative to the project folder (in a plain script and on the command line to the
 * current folder), `remote` to the home folder there. A folder that was copied before keeps what the new copy does not bring.
 * Gives `{ path, files, bytes, skipped }`, where `path` is the copy on this machine.
 *
 * @example
 * for (const { host, value } of (await scpFrom(hosts, "/etc/hosts", "collected")).success) console.log(host, value.path);
 */
export const scpFrom = transferOperation(
  "scpFrom",
  "Copies a file or a folder of each host to this machine, into a folder for each host.",
  (remote: string, local: string, options: CopyOptions = {}) => {
    if (typeof remote === "string" && /(?:^|\/)(?:\.{0,2}|~)\/*$/u.test(remote)) {
      throw new ProgramError(
        `scpFrom cannot name its copy of ${JSON.stringify(remote)}`,
        "give a path that ends in a name",
      );
    }
    return describeTransfer("from", local, remote, options);
  },
);

function describeTransfer(
  direction: TransferDescription["direction"],
  local: unknown,
  remote: unknown,
  options: CopyOptions,
): TransferDescription {
  refuseUnknown("option of a copy", options, ["mode", "times"]);
  const { mode, times } = options;
  if (mode !== undefined && !(Number.isInteger(mode) && mode >= 0 && mode <= 0o777)) {
    throw new ProgramError(`the mode of a copy is ${inspect(mode)}`, "give 0o000 to 0o777");
  }
  return {
    direction,
    local: checkPath("local", local),
    remote: checkPath("remote", remote),
    ...(mode !== undefined && { mode }),
    ...(times !== undefined && { times }),
  };
}

function checkPath(which: string, path: unknown): string {
  if (typeof path === "string" && path !== "" && !path.includes("\0")) return path;
  throw new ProgramError(
    `the ${which} path of a copy is ${typeof path === "string" ? JSON.stringify(path) : typeof path}`,
    "give the path of a file or folder as text",
  );
}
