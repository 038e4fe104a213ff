// What a resident shell runs on its host: it takes one script after another from its standard input, each for a job of its own.
import { quote } from "../quote.ts";

/** Begins every marker: a byte that texts do not hold, so that output is never kept back because it may be a marker's beginning. */
export const MARKER_HEAD = "\u001E";

/**
 * The command line, for a login shell of any family: without line ends, which csh refuses in quotes. A host that has no bash, or
 * on which the program does not prove what it needs, ends the channel without `MARKER PID`.
 */
export function buildResidentLine(marker: string): string {
  return `exec bash -p -c ${quote(PROGRAM)} bash ${marker}`;
}

/** What is written for one script. It holds no NUL, which no argument can hold either. */
export function buildRequest(marker: string, script: string): string {
  return `${MARKER_HEAD}${marker}\0${script}\0`;
}

/**
 * `-p` keeps functions and options of the environment out, C is the locale because texts of bash are read, and names of its own
 * keep out of the way of variables that the scripts are to see. Descriptor 7 is what was standard error, which becomes a pipe to
 * ourselves (8): on it bash says of each job how it ended, and so a signal can be told from the exit code that looks like it.
 * That is read behind codes above 128, and of every sixteenth job, so that the pipe never fills.
 *
 * A script gets `MARKER PID` before it, as a process group of its own (`set -m`), and `MARKER CODE` or `MARKER CODE NAME` behind
 * it on both streams. A job that is stopped is waited for in a loop: `wait -f`, meant for that, may never come back from a job
 * that has ended before. A job stands in parentheses, because `exec` elsewhere counts SHLVL down.
 *
 * A script is a fresh `sh -c`. Where that would do nothing but become one program, the job becomes it at once (`reops_find`): for
 * plain words, of which the first is the name of an ELF file and of nothing that dash knows, where `sh` is dash, which hands on the
 * environment as it is if all its names are a shell's. Whatever else there is stays with `sh`, also every error.
 *
 * Behind its code stands `left` when the script has left something that lives: a process of our session, one that can write to our
 * streams, or one that we may not look at. Then the program ends, and the channel goes on for as long as that process holds it,
 * as it does with a channel of one script. Every process that the script can have started has a number between its own and the
 * last one given: those are looked at, until a look has found no new one. Where processes of others are hidden (hidepid), one
 * that lives looks like one that is gone: there we are not.
 */
const PROGRAM = joinLines(`
set -m; IFS=;
exec 7>&2 8<<<. || exit;
if [ -p /proc/$$/fd/8 ]; then
  exec 8<>/proc/$$/fd/8;
  read -r reops_line <&8;
else
  exec 8<> <(:) || exit;
fi;
exec 2>&8 || exit;
reops_locale=\${LC_ALL+x$LC_ALL}; LC_ALL=C;
reops_level= reops_path= reops_odd=;
while read -r -d '' reops_line; do
  case \${reops_line%%=*} in
    SHLVL) reops_level=\${reops_line#*=};;
    PATH) reops_path=1; case $reops_line in *[~%]*) reops_odd=1;; esac;;
    SHELLOPTS|BASHOPTS) exit;;
    IFS|''|[0-9]*|*[!A-Za-z0-9_]*) reops_odd=1;;
  esac;
done </proc/$$/environ;
[ "$reops_level" ] && SHLVL=$reops_level || unset SHLVL;

reops_look() {
  local IFS=' ';
  read -r reops_line reops_name reops_state reops_parent reops_group reops_session reops_line <"/proc/$1/stat" || return;
  case $reops_name/$reops_state$reops_parent$reops_group$reops_session$reops_line in
    *')/'*')'*) ;;
    *')/'*) return;;
  esac;
  read -r reops_line <"/proc/$1/stat" || return;
  set -- \${reops_line##*') '};
  reops_state=$1 reops_group=$3 reops_session=$4;
};
reops_listen() {
  echo . >&8; reops_said=; reops_unheard=0;
  while read -r reops_line <&8 && [ "$reops_line" != . ]; do
    [[ $reops_line = '['*']'?'  Stopped'* ]] || reops_said=$reops_line;
  done;
};
reops_wait() {
  reops_was_stopped=;
  while wait "$1"; reops_code=$?; [ -d "/proc/$1" ]; do
    reops_was_stopped=1;
    reops_listen;
    read -r -t 0.1 reops_line <&8;
  done;
  (( reops_code > 128 || ++reops_unheard == 16 )) || return;
  reops_listen;
  (( reops_code > 128 )) || return;
  case $reops_said in
    ''|*'  Exit '*|*'  Done '*) ;;
    *) kill -l "$reops_code" >&8; read -r reops_line <&8; reops_code+=" $reops_line";;
  esac;
};
reops_lives() {
  reops_look "$1" || return;
  case $reops_state in Z|X) return 1;; esac;
};
reops_writes() {
  { read -r reops_line && read -r reops_line; } <"$1" && [[ $reops_line != *0 ]];
};
reops_stays() {
  reops_lives "$1" || return;
  [ "$reops_session" = $$ ] && return;
  (( reops_session >= $2 )) || return 1;
  [ -r "/proc/$1/fd" ] || { reops_lives "$1"; return; };
  reops_files=("/proc/$1/fd/"*);
  for reops_line in "\${reops_files[@]}"; do
    [[ $reops_line -ef /proc/$$/fd/1 || $reops_line -ef /proc/$$/fd/7 ]] && reops_writes "\${reops_line/fd/fdinfo}" && return;
  done;
  reops_line=\${reops_files[*]} reops_files=("/proc/$1/fd/"*);
  [ "$reops_line" != "\${reops_files[*]}" ] || return;
  [ "$3" = ... ] || reops_stays "$1" "$2" "$3.";
};
reops_last() { read -r reops_last_pid </proc/sys/kernel/ns_last_pid; };
reops_is_near() { (( reops_last_pid >= $1 && reops_last_pid - $1 < 1000 )); };
reops_may_leave() {
  case $reops_script in *"&"*|*setsid*|*nohup*|*daemon*|*coproc*|*start*|*screen*|*tmux*) ;; *) return 1;; esac;
};
reops_left() {
  reops_last || return 0;
  (( reops_last_pid >= $1 && reops_last_pid - $1 < (reops_is_alone ? 8 : 32) )) || reops_may_leave || { kill -0 -- "-$1"; return; };
  reops_is_near "$1" || return 0;
  for ((reops_pid = $1 + 1; reops_pid <= reops_last_pid; reops_pid++)); do
    [ -d "/proc/$reops_pid" ] && reops_stays "$reops_pid" "$1" && return;
    (( reops_pid < reops_last_pid )) || { reops_last && reops_is_near "$1"; } || return 0;
  done;
  return 1;
};
reops_plain=;
[ "$reops_path" ] && [ ! "$reops_odd" ] && hash sh dash && [ "\${BASH_CMDS[sh]}" -ef "\${BASH_CMDS[dash]}" ] && reops_plain=1;
hash -r;
reops_find() {
  local IFS=' ';
  reops_is_alone= reops_words=(sh -c "$reops_script");
  [ "$reops_plain" ] && [[ $reops_script != *[!A-Za-z0-9_./:=@%+,' '-]* && $reops_script != *@(setsid|pgrep|pkill)* ]] || return;
  set -- $reops_script;
  case $1 in
    ''|[!A-Za-z0-9_]*|*[!A-Za-z0-9_.+-]*|chdir|if|then|elif|else|fi|for|while|until|do|done|case|esac|in) return;;
  esac;
  hash "$1" && [ -f "\${BASH_CMDS[$1]}" ] && read -r -N 4 reops_line <"\${BASH_CMDS[$1]}" || return;
  [ "$reops_line" = $'\\177ELF' ] && reops_is_alone=1 reops_words=("$@");
};
reops_run() {
  [ "$reops_locale" ] && LC_ALL=\${reops_locale#x};
  [ "$1" ] && echo "$1 $BASHPID";
  exec "\${reops_words[@]}" 2>&7 7>&- 8>&-;
};
reops_relay_signal() {
  reops_first=$reops_code;
  reops_words=(sh -c "sh -c 'kill -$(( \${reops_code% *} - 128 )) \\$\\$'");
  ( ulimit -c 0; reops_run ) </dev/null & reops_wait $!;
  (( \${reops_code% *} > 128 )) || reops_code=$reops_first;
};
reops_prove() {
  reops_look "$BASHPID" && (( reops_group == BASHPID && reops_session == $$ )) && kill -INT "$BASHPID";
};

reops_look 1 || exit;
( reops_prove ) & reops_wait $!;
[ "$reops_code" = '130 INT' ] && reops_last && reops_is_near $! || exit;
echo "$1 $$"; echo "$1 $$" >&7;
while read -r -d '' reops_marker && read -r -d '' reops_script; do
  reops_find 2>/dev/null;
  ( reops_run "$reops_marker" ) </dev/null &
  reops_job=$!; reops_wait $reops_job;
  case $reops_is_alone/$reops_was_stopped/$reops_code in 1//*' '*) reops_relay_signal;; esac;
  reops_left $reops_job 2>/dev/null && reops_code+=' left';
  echo "$reops_marker end $reops_code"; echo "$reops_marker end $reops_code" >&7;
  case $reops_code in *left) exit;; esac;
done
`);

function joinLines(text: string): string {
  return text.replaceAll(/\s*\n\s*/gu, " ").trim();
}
