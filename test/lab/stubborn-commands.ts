// Commands that are hard to cancel, and a look with ps for what is left of them.
import { runCommand } from "./run-command.ts";

/** A script that says `up` when it is under way. Each process that it leaves has `mark`, some digits, among its arguments. */
export type StubbornCommand = (mark: string) => string;

const inBackground = "</dev/null >/dev/null 2>&1 &";

/** Nothing of any of these may be left after a cancel. */
export const stubbornCommands = {
  "a sleep": (mark) => `echo up; exec sleep 900.${mark}`,
  "one that ignores TERM": (mark) =>
    `trap '' TERM INT HUP; echo up; while :; do sleep 900.${mark}; done`,
  "a tree of children": (mark) =>
    `sh -c 'sleep 900.${mark} & sh -c "sleep 900.${mark} & wait" & wait' & echo up; wait`,
  "one in a group of its own": (mark) => `echo up; timeout 300 sleep 900.${mark}`,
  "one that is stopped": (mark) => `echo up; kill -STOP $$; sleep 900.${mark}`,
  "one that floods": (mark) => `echo up; yes 900.${mark}`,
  "one in the background of a shell that has ended": (mark) => `sleep 900.${mark} & echo up`,
  "one that forks twice": (mark) =>
    `(sh -c 'sleep 900.${mark} & exit'); echo up; sleep 900.${mark}`,
  "one in a session of its own": (mark) => `setsid sleep 900.${mark} & echo up; wait`,
  "a silent one in a session of its own": (mark) =>
    `setsid sh -c 'sleep 900.${mark}; :' ${inBackground} echo up; wait`,
  "one in a session of its own that ignores TERM": (mark) =>
    `setsid sh -c 'trap "" TERM; sleep 900.${mark}; :' ${inBackground} echo up; wait`,
  "one that forks twice into a session of its own": (mark) =>
    `setsid sh -c 'sleep 900.${mark} & exit'; echo up; sleep 900.${mark}`,
  "one that forks twice into a session of its own and ignores TERM": (mark) =>
    `setsid sh -c 'trap "" TERM; sleep 900.${mark} & exit'; echo up; sleep 900.${mark}`,
  "one that starts sessions all the time": (mark) =>
    `echo up; while :; do setsid sleep 900.${mark} ${inBackground} sleep 0.03; done`,
  "one that starts something when it is ended": (mark) =>
    `trap 'sleep 900.${mark} & exit' TERM; echo up; sleep 900.${mark} & wait`,
  "one that starts a session when it is ended": (mark) =>
    `trap 'setsid sleep 900.${mark} & exit' TERM; echo up; sleep 900.${mark} & wait`,
} satisfies Readonly<Record<string, StubbornCommand>>;

/** The processes on this machine that have the mark among their arguments. */
export async function processesMarked(mark: string): Promise<readonly number[]> {
  const lines = await runCommand("ps", ["-A", "-ww", "-o", "pid=,stat=,args="]);
  return lines.split("\n").flatMap((line) => {
    const [, pid, state] = /^\s*(\d+)\s+(\S+)/u.exec(line) ?? [];
    if (pid === undefined || state?.startsWith("Z") === true || !line.includes(mark)) return [];
    return [Number(pid)];
  });
}
