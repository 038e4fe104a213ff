// The script that stops a process group on its host, looks whether it is gone, and names what is not.

export interface Grace {
  /** How long processes may take to end by themselves after TERM. */
  readonly termMs: number;
  /** How long the kernel may take to remove them after KILL. */
  readonly killMs: number;
}

/**
 * TERM to the group and to what left the group but not its session (as `timeout` does), CONT for what is stopped, a wait, KILL,
 * another wait. While the group exists the processes are listed now and then only: it may consist of zombies that nobody
 * reaps. The last lines are `left PID` for each process that still runs, then `checked`.
 */
export function buildStopScript(pid: number, grace: Grace): string {
  return `
g=${pid}
list() {
  if [ -r /proc/self/stat ]; then
    for f in /proc/[0-9]*/stat; do
      { read -r s <"$f"; } 2>/dev/null || continue
      p=\${s%% *}
      set -- \${s##*) }
      case $1 in Z | X) continue ;; esac
      if [ "$3" = $g ]; then echo "$p group"; elif [ "$4" = $g ]; then echo "$p"; fi
    done
  else
    ps -A -o pid= -o pgid= -o stat= | while read -r p q s; do
      case $s in Z*) continue ;; esac
      if [ "$q" = $g ]; then echo "$p group"; fi
    done
  fi
}
hit() {
  kill -"$1" -$g 2>/dev/null
  list | while read -r p group; do [ "$group" ] || kill -"$1" "$p" 2>/dev/null; done
}
pause() {
  if sleep "$1" 2>/dev/null; then n=$((n + 1)); else sleep 1; n=$((n + 10)); fi
}
gone() {
  n=0
  pause 0.02
  while kill -0 -$g 2>/dev/null && [ $((n % 10)) -ne 5 ] || [ "$(list)" ]; do
    [ $n -ge "$1" ] && return 1
    pause 0.1
  done
}
hit TERM
hit CONT
gone ${tenths(grace.termMs)} || { hit KILL; gone ${tenths(grace.killMs)}; }
list | while read -r p group; do echo "left $p"; done
echo checked
`;
}

/** The pids that still run; undefined when the script did not come to its end. */
export function readStopReport(text: string): readonly number[] | undefined {
  const lines = text.trimEnd().split("\n");
  if (lines.at(-1) !== "checked") return undefined;
  return lines.flatMap((line) => /^left (\d+)$/u.exec(line)?.[1] ?? []).map(Number);
}

function tenths(ms: number): number {
  return Math.max(1, Math.ceil(ms / 100));
}
