// B. Pipelines are plain functions: each stage takes the outcome of the one before it.
import { convert, exec, failed, Hosts, ls, pick, ping, pretty, run, successful, tap } from "re-ops";

const demo = new Hosts({}, ["demo-1", "demo-2", "demo-3"]);

// Stages are values: keep a tail of them, and use it again.
const report = [pick(successful), pretty("report")] as const;

// How many KB are free on each host: the text that `df` printed, made a number.
export const free = (hs: Hosts) =>
  run(
    exec(hs, "df -k --output=avail / | tail -1"),
    convert((o) => Number(o.out)),
  );

export const main = () => run(ls(demo, "/", "-la"), ...report);

if (import.meta.repl) {
  // Hosts on which a step succeeds go on. The others stay behind, with what happened to them.
  run(ls(demo, "/", "-la"), pick(successful), pretty("listing"));
  run(ls(demo, "/"), ...report);

  // Only one host has such a line: the summary says who, and why the others have not.
  run(exec(demo, "grep demo-2 hello.txt"), pretty("who is demo-2"));

  // Those that failed may be the ones to go on with.
  run(exec(demo, "grep demo-2 hello.txt"), pick(failed), exec("cat hello.txt"), pretty("others"));

  // Awaited, a run gives its outcome: who goes on, what each host gave, and each failure.
  const sizes = await free(demo);
  sizes.success.map(({ host, value }) => `${host}: ${Math.round(value / 1024)} MB free`);

  // Or take each host as it answers.
  for await (const one of run(ping(demo, "127.0.0.1"))) console.log(one.host, one.kind);

  // A condition on the value. Nobody meets this one, so the pipeline ends there; no failure.
  run(
    await free(demo),
    pick((kilobytes) => kilobytes < 1),
    pretty("disk is full"),
  );

  // Look on the way, change nothing.
  run(
    ls(demo, "/tmp"),
    tap((outcome) => console.log(outcome.hosts.hosts)),
    pretty(),
  );
}
