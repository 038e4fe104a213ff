// The script that stops a command on its host with all that it started, looks whether it is gone, and names what is not.

export interface Grace {
  /** How long processes may take to end by themselves after TERM. */
  readonly termMs: number;
  /** How long the kernel may take to remove them after KILL. */
  readonly killMs: number;
}

/** A process that still runs; `denied`: whoever looked may not signal it. */
export interface LeftProcess {
  readonly pid: number;
  readonly denied: boolean;
}

/**
 * What belongs to the command: its group, its session, the children of what belongs to it with the groups and sessions that
 * they lead, and whatever writes to the pipes that were the command's own output. So a process may leave group and session, or
 * lose its parent, and is found; one that did all of it and writes elsewhere is a daemon that was meant to stay.
 *
 * `session` is that in which the command runs besides the shell that leads it, when it leads none itself. That shell is held
 * until all is over: when the command's first process has ended it looks what is left, and does not find what is about to end.
 * It goes on whatever becomes of us: a shell that dies of a signal runs its EXIT trap in bash only.
 *
 * All of it is stopped where it stands, until a look finds nothing new: what cannot run cannot fork behind our back. Then TERM
 * and CONT, a wait, the same again with KILL, another wait. Between two looks only those are asked that were alive at the last
 * one. The last lines are `left PID` for each process that still runs, then `checked`.
 */
export function buildStopScript(pid: number, grace: Grace, session = pid): string {
  return `
g=${pid} session=${session}
known=' ' alive= pipes=' ' above=' '
line='
'
set -f
processes() {
  if [ -r /proc/self/stat ]; then
    set +f
    cat /proc/[0-9]*/stat
  else
    unset IFS
    ps -A -o pid= -o stat= -o ppid= -o pgid= | while read -r p s q r; do echo "$p () $s $q $r -"; done
  fi 2>/dev/null
}
outputs() {
  set +f
  ls -l $1 $2 2>/dev/null
}
remember() {
  IFS=$line
  for l in $(outputs "/proc/$1/fd/1" "/proc/$1/fd/2"); do
    case \${l##* -> } in pipe:\\[* | socket:\\[*) pipes="$pipes\${l##* -> } " ;; esac
  done
  unset IFS
}
writers() {
  IFS=$line
  for l in $(outputs '/proc/[0-9]*/fd/1' '/proc/[0-9]*/fd/2'); do
    case $pipes in *" \${l##* -> } "*) l=\${l#* /proc/}; w="$w\${l%%/*} " ;; esac
  done
  unset IFS
}
look() {
  alive= new= w=' '
  [ "$pipes" = ' ' ] || writers
  IFS=$line
  for s in $(processes); do
    unset IFS
    p=\${s%% *}
    set -- \${s##*) }
    case $1 in Z* | X*) continue ;; esac
    case $known in *" $p "*) alive="$alive $p"; continue ;; esac
    case "$known$g " in
      *" $p "* | *" $2 "* | *" $3 "* | *" $4 "*) ;;
      *)
        [ "$4" = $session ] || case $w in *" $p "*) ;; *) continue ;; esac
        case "$above$session $$ " in *" $p "*) continue ;; esac
        [ "$2" = $PPID ] && continue
        ;;
    esac
    known="$known$p " alive="$alive $p" new=1
  done
  unset IFS
  [ "$new" ]
}
hit() {
  kill -"$1" -$g 2>/dev/null
  for p in $alive; do kill -"$1" "$p" 2>/dev/null; done
}
freeze() {
  i=0
  hit STOP
  while look && [ $i -lt 50 ]; do
    hit STOP
    i=$((i + 1))
  done
}
pause() {
  if sleep "$1" 2>/dev/null; then n=$((n + 1)); else sleep 1; n=$((n + 10)); fi
}
lives() {
  kill -0 "$1" 2>/dev/null || return
  { read -r s <"/proc/$1/stat"; } 2>/dev/null || return 0
  case \${s##*) } in Z* | X*) return 1 ;; esac
}
runs() {
  if [ $((n % 10)) -ne 5 ]; then
    for p in $alive; do lives "$p" && return; done
  fi
  look
  [ "$alive" ]
}
gone() {
  n=0
  pause 0.02
  while runs; do
    [ $n -ge "$1" ] && return 1
    pause 0.1
  done
}
hold() {
  case $above in *" $session "*) kill -"$1" $session 2>/dev/null ;; esac
}
p=$g
while [ "$p" -gt 1 ] && { read -r s <"/proc/$p/stat"; } 2>/dev/null; do
  set -- \${s##*) }
  p=$2 above="$above$p "
done
kill -STOP -$g 2>/dev/null
remember $g
freeze
[ "$pipes" = ' ' ] && for p in $alive; do remember "$p"; done
trap 'hold CONT' EXIT
trap exit HUP INT PIPE TERM
hold STOP
hit TERM
hit CONT
gone ${tenths(grace.termMs)} || { freeze; hit KILL; gone ${tenths(grace.killMs)}; }
for p in $alive; do
  if kill -0 "$p" 2>/dev/null; then echo "left $p"; else echo "left $p denied"; fi
done
echo checked
`;
}

/** What still runs; undefined when the script did not come to its end. */
export function readStopReport(text: string): readonly LeftProcess[] | undefined {
  const lines = text.trimEnd().split("\n");
  if (lines.at(-1) !== "checked") return undefined;
  return lines.flatMap((line) => {
    const [, pid, denied] = /^left (\d+)( denied)?$/u.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), denied: denied !== undefined }];
  });
}

function tenths(ms: number): number {
  return Math.max(1, Math.ceil(ms / 100));
}
