// Operations on files and folders of a host.
import { flags, sh, word } from "../script/script.ts";
import { operation } from "./operation.ts";

/**
 * Lists a folder. `options` are the flags of `ls`, such as `"-la"`. Gives `{ out, err, code, cut }`.
 *
 * @example
 * run(ls(hosts, "/", "-la"), pretty("listing"));
 */
export const ls = operation(
  "ls",
  (path: string, options: string | readonly string[] = "") =>
    sh`ls ${flags(options)} -- ${word(path)}`,
  { doc: "Lists a folder." },
);

/**
 * Makes a folder. `options` are the flags of `mkdir`, such as `"-p"`.
 *
 * @example
 * run(mkdir(hosts, "/tmp/reports", "-p"), pretty());
 */
export const mkdir = operation(
  "mkdir",
  (path: string, options: string | readonly string[] = "") =>
    sh`mkdir ${flags(options)} -- ${word(path)}`,
  { doc: "Makes a folder." },
);

/**
 * Removes a file, or a folder with `"-r"`. `options` are the flags of `rm`.
 *
 * @example
 * run(rm(hosts, "/tmp/reports", "-r"), pretty());
 */
export const rm = operation(
  "rm",
  (path: string, options: string | readonly string[] = "") =>
    sh`rm ${flags(options)} -- ${word(path)}`,
  { doc: "Removes a file, or a folder with -r." },
);

/**
 * Copies a file on the host itself. `options` are the flags of `cp`, such as `"-r"`.
 *
 * @example
 * run(cp(hosts, "/etc/hosts", "/tmp/hosts"), pretty());
 */
export const cp = operation(
  "cp",
  (from: string, to: string, options: string | readonly string[] = "") =>
    sh`cp ${flags(options)} -- ${word(from)} ${word(to)}`,
  { doc: "Copies a file on the host itself." },
);

/**
 * Finds the lines of a file that match a basic regular expression. No match (exit code 1) is an answer: empty output.
 *
 * @example
 * run(grep(hosts, "re-ops", "/etc/passwd"), pick((o) => o.code === 0), pretty("has the user"));
 */
export const grep = operation(
  "grep",
  (pattern: string, path: string, options: string | readonly string[] = "") =>
    sh`grep ${flags(options)} -e ${word(pattern)} -- ${word(path)}`,
  { doc: "Finds the lines of a file that match a pattern; no match is an answer.", answers: [1] },
);
