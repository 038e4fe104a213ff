// Builds the command line that a login shell of any family hands on to `sh`: it announces the process group, then becomes the script.

export interface ShellCommand {
  readonly line: string;
  /** What has to be written to its standard input, when the script is too long for a command line. */
  readonly input?: string;
}

/** Linux refuses a single argument of 128 KiB; quoting and our own words need some of it. */
const LONGEST_LINE_BYTES = 100_000;

/**
 * The shell writes `MARKER PID` on both its streams before the script starts, so that whatever start-up files said before can be
 * dropped. PID is a process group of its own: sshd's children lead one already, others get theirs by setsid. `exec` keeps the
 * pid through every step, so the script runs as a fresh `sh -c`, with nothing of ours in it, and with an empty standard input.
 */
export function buildCommand(script: string, marker: string): ShellCommand {
  const short = `exec sh -c ${quote(prepare(marker, 'exec sh -c "$1" </dev/null'))} sh ${quote(script)}`;
  if (Buffer.byteLength(short) <= LONGEST_LINE_BYTES) return { line: short };
  return {
    line: `exec sh -c ${quote(prepare(marker, 'eval "$(cat)" </dev/null'))} sh`,
    input: script,
  };
}

function prepare(marker: string, run: string): string {
  const announce = `echo "${marker} $$" >&2; echo "${marker} $$"; ${run}`;
  // `kill -0 -PID` is the one spelling for groups that dash, bash, zsh and busybox agree on.
  return `kill -0 -$$ 2>/dev/null || exec setsid sh -c ${quote(announce)} sh "$@"; ${announce}`;
}

/** A word for sh, bash, zsh, ksh and fish alike: fish reads a backslash inside single quotes, so none stays inside them. */
export function quote(text: string): string {
  return `'${text.replaceAll(/['\\]/gu, (character) => `'\\${character}'`)}'`;
}
