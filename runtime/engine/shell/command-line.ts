// Builds the command line that a login shell of any family understands: it announces the process group, then becomes the script.
import { quote } from "../quote.ts";

export interface ShellCommand {
  readonly line: string;
  /** What has to be written to its standard input once it has announced itself, when the script is too long for a command line. */
  readonly input?: string;
}

/** dropbear ends the connection at a command of 9,000. A script stands in its line twice, so one of 4,000 may be too long. */
const LONGEST_LINE_BYTES = 8000;
/** Linux refuses a single argument of 128 KiB. */
const LONGEST_ARGUMENT_BYTES = 100_000;

/**
 * Whoever runs it writes `MARKER PID` on both streams before the script starts, so that whatever start-up files said before can
 * be dropped. PID is a process group of its own, and the script's own shell: `exec` keeps it through every step. The script runs
 * as a fresh `sh -c`, with nothing of ours in it, and with an empty standard input, or with that of the channel (`openInput`),
 * to which a script must be short.
 */
export function buildCommand(script: string, marker: string, openInput = false): ShellCommand {
  if (openInput) return { line: buildLine(marker, `exec sh -c ${quote(script)}`) };
  const short = buildLine(marker, `exec sh -c ${quote(script)} </dev/null`);
  if (Buffer.byteLength(short) <= LONGEST_LINE_BYTES) return { line: short };
  const run = buildReader(marker, Buffer.byteLength(script) <= LONGEST_ARGUMENT_BYTES);
  return { line: buildLine(marker, `exec sh -c ${quote(run)}`), input: `${script}\n${marker}` };
}

/**
 * Runs what it reads, whose end must be the marker: of a script that is cut off, by a connection that breaks or a start-up file
 * that reads, nothing runs. The input is read before it is replaced by an empty one.
 */
export function buildReader(marker: string, fitsArgument: boolean): string {
  const script = `\${1%?${marker}}`;
  const run = fitsArgument ? `exec sh -c "${script}"` : `eval "shift; ${script}"`;
  return `set -- "$(cat)"; case $1 in *${marker}) ${run} </dev/null; exit;; esac; echo ${CUT_OFF} >&2; exit 125`;
}

const CUT_OFF =
  "'the script did not arrive whole, and nothing of it ran: the connection broke, sudo was slow, or a start-up file reads its input'";

/**
 * Shells of the Bourne family do all of it themselves, which spares the host one more shell: a fifth of what a short command
 * costs it. To fish the first part is an error, said before the announcement and so dropped; `sh` then does the same for it, and
 * for csh, which would read `>&2` as the name of a file. It also does when the shell leads no process group, which behind sshd it
 * always does.
 */
function buildLine(marker: string, run: string): string {
  const announce = `echo "${marker} $$" >&2 && echo "${marker} $$" && ${run}`;
  const byItself = `${IS_NOT_CSH} && ${LEADS_GROUP} && ${announce}`;
  const bySh = `${LEADS_GROUP} && eval "$1"; exec setsid sh -c "$1"`;
  return `eval ${quote(byItself)} || exec sh -c ${quote(bySh)} sh ${quote(announce)}`;
}

/** To csh `$?NAME` says whether there is that variable, and of this name there always is one; to others it is an exit code. */
const IS_NOT_CSH = "test $?shell != 1";

/** `kill -0 -PID` is the one spelling for groups that dash, bash, zsh and busybox agree on. */
const LEADS_GROUP = "kill -0 -$$ 2>/dev/null";
