// E. A fleet: how many hosts at once, how long to wait for what, and who goes on.
import { exec, failed, Hosts, limit, ofKind, pick, pretty, run, timedOut } from "re-ops";

// Limits of a Hosts hold for whole runs.
const demo = new Hosts({}, ["demo-1", "demo-2", "demo-3"], { concurrency: 2 });

// Finds what its own host says in hello.txt, and waits on one of them.
const slowOnDemo2 = "grep -q demo-2 hello.txt && sleep 60; cat hello.txt";

export const main = () => run(exec(demo, "cat hello.txt"), pretty("hello"));

if (import.meta.repl) {
  // The same hosts with other limits: one after another, and at most a minute for all of it.
  run(exec(demo.with({ concurrency: 1, totalTimeoutMs: 60_000 }), "cat hello.txt"), pretty());

  // One step with limits of its own; the hosts go on with theirs.
  run(exec(demo, "true"), limit({ stepTimeoutMs: 60_000 }, exec("cat hello.txt")), pretty());

  // A host that takes too long is stopped there, and the summary says so.
  const first = await run(limit({ stepTimeoutMs: 2000 }, exec(demo, slowOnDemo2)), pretty("slow"));

  // Go on with exactly those that the summary showed.
  run(first, pick(timedOut), exec("cat hello.txt"), pretty("the slow one"));

  // Silence has a limit, too.
  run(limit({ idleTimeoutMs: 2000 }, exec(demo.first(), "echo begun; sleep 60")), pretty("silent"));

  // Most hosts that are powered off say nothing, so they are timedOut, as is one whose step was stopped for its time;
  // unreachable is one of which something says that it cannot be reached. Nobody is either: this ends there.
  run(
    exec(demo, "true"),
    pick(ofKind("unreachable", "timedOut")),
    exec("uptime"),
    pretty("those that were down"),
  );

  // All that failed, whatever it was.
  run(exec(demo, "exit 3"), pick(failed), exec("cat hello.txt"), pretty("all of them again"));
}
