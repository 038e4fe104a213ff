// D. Change it while it runs: names are read when code runs, so a new version is used from the next call on.
import { Hosts, ls, pick, pretty, run, successful } from "re-ops";
import { go, once, refresh, reset, stop } from "re-ops/live";

const demo = new Hosts({}, ["demo-1", "demo-2", "demo-3"]);

// Change the body, put the cursor in it, press Alt+Enter: whoever calls `listing` next uses the new one.
export function listing(hs: Hosts) {
  return run(ls(hs, "/"), pick(successful), pretty("listing"));
}

// A `let` starts anew when its form is evaluated or its file is loaded; what `once` made stays.
let calls = 0;
const seen = once(() => new Set<number>());

// Load the file first (Ctrl+Alt+R Enter). This timer never changes, and calls the `listing` of the moment. Evaluated again, or at stop(), it ends.
if (import.meta.repl) {
  const timer = setInterval(() => {
    calls += 1;
    seen.add(calls);
    void listing(demo.first());
  }, 1000);
  import.meta.dispose?.(() => clearInterval(timer));
}

export const main = () => listing(demo);

if (import.meta.repl) {
  listing(demo);

  // Evaluates the files anew that changed on disk; a broken one is named, and changes nothing.
  await refresh();

  // What runs on hosts ends, and connections are closed; your names and their values stay.
  await stop();

  // Everything is there again, and connects when it is needed.
  await go();
  [calls > 0, seen.size > 0];

  // Both, with a clean state: every `let`, `once` and timer is gone, and nothing is evaluated.
  await reset();
  calls;
}
