// Builds the command line that a login shell of any family understands: it announces the process group, then becomes the script.
import { quote } from "../quote.ts";

export interface ShellCommand {
  readonly line: string;
  /** What has to be written to its standard input once it has announced itself, when the script is too long for a command line. */
  readonly input?: string;
}

export interface CommandWay {
  /** The script reads the standard input of the channel, and not an empty one. Such a script must be short. */
  readonly openInput?: boolean;
  /** The line goes through sudo: not the login shell runs it but `sh`, and it is quoted once more. */
  readonly throughSudo?: boolean;
}

/** dropbear ends the connection at a command of 9,000; what sudo is told beside the line is part of it. */
const LONGEST_LINE_BYTES = 8000;
/** Linux refuses a single argument of 128 KiB. */
const LONGEST_ARGUMENT_BYTES = 100_000;

/**
 * Whoever runs it writes `MARKER PID` on both streams before the script starts, so that whatever start-up files said before can
 * be dropped. PID is a process group of its own, and the script's own shell: `exec` keeps it through every step. The script runs
 * as a fresh `sh -c`, with nothing of ours in it. The line is a single one, whatever the script is: csh takes no line ends in
 * quotes.
 */
export function buildCommand(
  script: string,
  marker: string,
  { openInput = false, throughSudo = false }: CommandWay = {},
): ShellCommand {
  const build = throughSudo ? buildLineForSh : buildLines;
  const fits = (line: string) =>
    Buffer.byteLength(throughSudo ? quote(line) : line) <= LONGEST_LINE_BYTES;
  const { fast, short } = build(script, marker, openInput ? "" : " </dev/null");
  if (fits(fast)) return { line: fast };
  if (fits(short) || openInput) return { line: short };
  const reader = buildReader(marker, Buffer.byteLength(script) <= LONGEST_ARGUMENT_BYTES);
  return { line: build(reader, marker, "").fast, input: `${script}\n${marker}` };
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

/** Two ways to say the same. */
interface Lines {
  /** Costs the host the least. */
  readonly fast: string;
  readonly short: string;
}

/**
 * Shells of the Bourne family do all of it themselves, which spares the host one more shell: a fifth of what a short command
 * costs it. To fish the first part is an error, said before the announcement and so dropped; `sh` then does the same for it, and
 * for csh, which would read `>&2` as the name of a file. It also does when the shell leads no process group, which behind sshd it
 * always does, and when its start-up files have changed IFS.
 */
function buildLines(script: string, marker: string, stdin: string): Lines {
  const words = quoteLines(script);
  const toJoin = words.isOne ? "" : ` && ${JOIN_LINES} && ${JOINS_LINES}`;
  const mayItself = `${IS_NOT_CSH} && ${LEADS_GROUP}${toJoin}`;
  const byItself = `eval ${quote(mayItself)} && set -- ${words.text} && eval ${quote(become(marker, stdin))}`;
  const bySh = `exec sh -c ${quote(startInSh(words.isOne, marker, stdin))} sh ${words.text}`;
  return { fast: `${byItself} || ${bySh}`, short: bySh };
}

function buildLineForSh(script: string, marker: string, stdin: string): Lines {
  const { text, isOne } = quoteLines(script);
  const line = `set -- ${text}; ${startInSh(isOne, marker, stdin)}`;
  return { fast: line, short: line };
}

/** A word for each line: they are `"$*"` again when IFS is a line end. */
function quoteLines(script: string): { readonly text: string; readonly isOne: boolean } {
  const words = script.split("\n").map(quote);
  return { text: words.join(" "), isOne: words.length === 1 };
}

/** The lines are its arguments. */
function startInSh(isOneLine: boolean, marker: string, stdin: string): string {
  const run = become(marker, stdin);
  const inNewSession = `exec setsid sh -c ${quote(run)} sh "$*"`;
  return `${isOneLine ? "" : `${JOIN_LINES}; `}${LEADS_GROUP} && ${run}; ${inNewSession}`;
}

function become(marker: string, stdin: string): string {
  return `echo "${marker} $$" >&2 && echo "${marker} $$" && exec sh -c "$*"${stdin}`;
}

/** To csh `$?NAME` says whether there is that variable, and of this name there always is one; to others it is an exit code. */
const IS_NOT_CSH = "test $?shell != 1";

/** `kill -0 -PID` is the one spelling for groups that dash, bash, zsh and busybox agree on. */
const LEADS_GROUP = "kill -0 -$$ 2>/dev/null";

/**
 * A new shell has the usual one: space, tab, line end, and in zsh NUL. It is the only line end that all shells have at hand
 * without a process.
 */
const JOIN_LINES = 'IFS=${IFS#??} && IFS=${IFS%"${IFS#?}"}';
/** Only a line end ends the comment. */
const JOINS_LINES = 'test ${#IFS} = 1 && eval "false #${IFS}true"';
