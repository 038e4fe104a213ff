// Builds the command line that a login shell of any family understands: it announces the process group, then becomes the script.

export interface ShellCommand {
  readonly line: string;
  /** What has to be written to its standard input, when the script is too long for a command line. */
  readonly input?: string;
}

/** dropbear ends the connection at a command of 9,000. */
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
  // The input is read before it is replaced by an empty one.
  const fits = Buffer.byteLength(script) <= LONGEST_ARGUMENT_BYTES;
  const run = fits ? 'exec sh -c "$(cat)" </dev/null' : 'eval "$(cat)" </dev/null';
  return { line: buildLine(marker, `exec sh -c ${quote(run)}`), input: script };
}

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

/** A word for every shell: fish reads a backslash inside single quotes, and csh an exclamation mark, so none stays inside them. */
export function quote(text: string): string {
  return `'${text.replaceAll(/['\\!]/gu, (character) => `'\\${character}'`)}'`;
}
