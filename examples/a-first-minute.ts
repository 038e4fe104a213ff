// A. Your first minute. Put the cursor into an expression and press Ctrl+Enter: it happens on the
// hosts, and what came of it appears beside the expression, host by host, while it arrives.
import { Hosts, ls, pick, pretty, run, successful } from "re-ops";

// Three demo hosts, found as ssh finds them. A host that is listed twice is reached once.
const demo = new Hosts({}, ["demo-1", "demo-2", "demo-3", "demo-1"]);

// The way in may be said here too; what is left out comes from ssh_config and your agent.
const auth = { user: "re-ops", sshKey: "~/.ssh/id_ed25519" };
const sandbox = new Hosts(auth, ["192.168.2.28", "192.168.2.27"]);

export function listing(hs: Hosts) {
  return run(ls(hs, "/", "-la"), pretty());
}

// What `re-ops run a-first-minute.ts` calls.
export const main = () => listing(demo);

// A block for the cursor: evaluate its lines in any order. It is skipped when the file is run.
if (import.meta.repl) {
  listing(demo);

  // Change `listing`, evaluate it, then evaluate this: it calls the new one. Connections stay open.
  listing(demo.first());

  // An operation only describes what would be done. Evaluated where it stands alone, it runs;
  // kept in a variable it waits for `run`.
  ls(demo, "/");
  const later = ls(demo, "/tmp");
  run(later, pick(successful), pretty("later"));

  // A Hosts is a plain value.
  const { auth, hosts } = sandbox;
  `${auth.user} on ${hosts.join(" and ")}`;
}
