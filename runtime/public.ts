// Everything that a user's file may import from `re-ops`.
export { Hosts } from "./describe/hosts/hosts.ts";
export { secret } from "./describe/secrets/secret.ts";
export { sh } from "./describe/script/script.ts";
export { operation } from "./describe/operations/operation.ts";
export { exec } from "./describe/operations/exec.ts";
export { sudo } from "./describe/operations/sudo.ts";
export { cp, grep, ls, mkdir, rm } from "./describe/operations/files.ts";
export { scpFrom, scpInto } from "./describe/operations/copy.ts";
export { ping } from "./describe/operations/network.ts";
export { run } from "./describe/pipelines/run.ts";
export { limit } from "./describe/operations/limit.ts";
export { pick } from "./describe/pipelines/pick.ts";
export { failed, ofKind, successful, timedOut, unreachable } from "./describe/pipelines/pickers.ts";
export { convert } from "./describe/pipelines/convert.ts";
export { pretty } from "./describe/pipelines/pretty.ts";
export { tap } from "./describe/pipelines/tap.ts";
export type { PrettyOptions } from "./describe/pipelines/pretty.ts";
export type { Limits } from "./describe/hosts/limits.ts";
export type { Auth, Sudo } from "./describe/hosts/hosts.ts";
export type { Secret, SecretSource } from "./describe/secrets/secret.ts";
export type { Script } from "./describe/script/script.ts";
export type { CopyOptions } from "./describe/operations/copy.ts";
export type {
  Copied,
  FailureKind,
  HostFailure,
  HostResult,
  Outcome,
  ShellValue,
} from "./describe/pipelines/outcome.ts";
export type { Operation, Picker, Run, Source, Stage } from "./describe/pipelines/types.ts";

declare global {
  interface ImportMeta {
    /** True while a form of this file is evaluated from an editor; absent when the file is loaded or run as a program. */
    readonly repl?: true;
    /**
     * Has `end` called, and awaited, when the form that says so is evaluated again, when its file is loaded anew or
     * unloaded, and when everything stops. Absent where nothing is evaluated again, as in `node file.ts`.
     *
     * @example
     * const timer = setInterval(tick, 1000);
     * import.meta.dispose?.(() => clearInterval(timer));
     */
    readonly dispose?: (end: () => unknown) => void;
  }
}
