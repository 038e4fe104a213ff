// C. Your own operation: a name, and a function that gives shell. `sh` quotes all you put into it.
import { Hosts, ls, operation, pick, pretty, run, sh, successful } from "re-ops";

const demo = new Hosts({}, ["demo-1", "demo-2", "demo-3"]);

export const uptime = operation("uptime", (flags = "") => sh`uptime ${flags}`, {
  doc: "How long each host is up.",
});

// An exit code may be an answer and no failure: `test` says 1 for "there is none".
export const has = operation("has", (file: string) => sh`test -e ${file}`, {
  doc: "Whether each host has a file.",
  answers: [1],
});

export const main = () => run(uptime(demo, "-p"), pretty("up"));

if (import.meta.repl) {
  // With hosts it begins a pipeline. Hover over it: your `doc` is there.
  uptime(demo, "-p");

  // Without hosts it is a stage, for those that go on.
  run(ls(demo, "/"), pick(successful), uptime("-p"), pretty("up"));

  // Whatever a name holds, it is one word to the shell. Nobody has this file, all have that one.
  run(
    has(demo, "it's $(hostname).txt"),
    pick((answer) => answer.code === 0),
    pretty("have it"),
  );
  run(
    has(demo, "hello.txt"),
    pick((answer) => answer.code === 0),
    pretty("have it"),
  );
}
