// F. Files: into many hosts and back, with what came of it as values.
import { Hosts, convert, exec, pretty, run, scpFrom, scpInto } from "re-ops";

const demo = new Hosts({}, ["demo-1", "demo-2", "demo-3"]);

export const main = () => run(scpInto(demo, import.meta.filename, "copied.ts"), pretty("copied"));

if (import.meta.repl) {
  // Written under another name and renamed: whoever looks there sees the old file or the new one.
  run(scpInto(demo, import.meta.filename, "copied.ts"), pretty("copied"));

  // As a stage it goes to the hosts that are left.
  run(exec(demo, "mkdir -p files"), scpInto(import.meta.filename, "files/", { mode: 0o600 }));

  // Each host gets a folder of its own on this machine, so none overwrites what another one gave.
  run(
    scpFrom(demo, "files/f-files.ts", "~/re-ops-copies"),
    convert((copy) => `${copy.bytes} bytes in ${copy.path}`),
  );
}
