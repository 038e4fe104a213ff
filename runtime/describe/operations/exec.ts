// exec: any command line of the user's own.
import { script } from "../script/script.ts";
import { operation } from "./operation.ts";

/**
 * Runs a command line in a POSIX shell, as it stands: pipes, globs and variables mean what they mean there. To put a
 * value into it, write your own operation with `sh`, which quotes. Gives `{ out, err, code, cut }`.
 *
 * @example
 * run(exec(hosts, "df -k --output=avail / | tail -1"), convert((o) => Number(o.out)));
 */
export const exec = operation("exec", (command: string) => script(command), {
  doc: "Runs a command line in a POSIX shell, as it stands.",
});
