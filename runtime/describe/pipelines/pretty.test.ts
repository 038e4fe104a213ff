// The summaries that people read, word for word.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertGolden } from "../../../test/support/golden.ts";
import { answered, scriptedEvaluation, type Answer } from "../../../test/support/scripted-port.ts";
import { inEvaluation } from "../../port.ts";
import {
  convert,
  exec,
  Hosts,
  ls,
  pick,
  pretty,
  run,
  unreachable,
  type HostFailure,
} from "../../public.ts";
import { makeOutcome } from "./outcome.ts";
import { summaryOf } from "./summary.ts";

const three = new Hosts({ user: "re-ops" }, ["192.168.2.28", "192.168.2.27", "192.168.2.26"]);

const eachKind: readonly HostFailure[] = [
  {
    host: "exited-by-code",
    kind: "exited",
    step: "ls /nope",
    message: "exited with code 2: ls: cannot access '/nope': No such file or directory",
    next: "look at its output",
    code: 2,
  },
  {
    host: "exited-by-signal",
    kind: "exited",
    step: "ls /nope",
    message: "was killed by signal KILL",
    next: "look at its output",
    signal: "KILL",
  },
  {
    host: "unreachable",
    kind: "unreachable",
    step: "ls /nope",
    message: "connection refused (re-ops@unreachable:22)",
    next: "start its SSH server",
  },
  {
    host: "refused",
    kind: "refused",
    step: "ls /nope",
    message: "its host key is not known (re-ops@refused:22)",
    next: "if SHA256:abc is its key, run: ssh-keyscan refused >> ~/.ssh/known_hosts",
  },
  {
    host: "timed-out",
    kind: "timedOut",
    step: "ls /nope",
    message: "timed out after 10 s while connecting (re-ops@timed-out:22)",
    next: "see whether it is up",
  },
  {
    host: "cancelled",
    kind: "cancelled",
    step: "ls /nope",
    message: "cancelled while running (re-ops@cancelled:22); all its processes are gone",
    next: "run it again when you want it",
  },
  {
    host: "skipped",
    kind: "skipped",
    step: "ls /nope",
    message: "skipped, because it is the same machine as exited-by-code",
    next: "name it once",
  },
  {
    host: "unknown",
    kind: "unknown",
    step: "ls /nope",
    message: "lost sight of it (re-ops@unknown:22): connection reset; it may still run as pid 4711",
    next: "look on the host before you run it again",
  },
];

async function printed(answer: Answer, body: () => PromiseLike<unknown>): Promise<string> {
  const evaluation = scriptedEvaluation(answer);
  await inEvaluation(evaluation, body);
  return evaluation.printed();
}

const fine: Answer = (host) => answered(host);

const timedOut: Answer = (host, step) =>
  host === "192.168.2.26"
    ? {
        host,
        kind: "timedOut",
        step: step.label,
        message: "timed out after 10 s while connecting (re-ops@192.168.2.26:22)",
        next: "see whether it is up",
      }
    : answered(host);

test("untitled", async () => {
  const text = await printed(fine, () => run(ls(three, "/", "-la"), pretty()));
  assertGolden("summary-untitled", text);
});

test("titled, with a failure", async () => {
  const text = await printed(timedOut, () => run(ls(three, "/", "-la"), pretty("listing")));
  assertGolden("summary-titled", text);
});

test("one failure of each kind", () => {
  const outcome = makeOutcome(new Hosts({}, ["fine"]), [], eachKind);
  assertGolden("summary-each-kind", summaryOf(outcome, "each kind"));
});

test("a failure of one of several steps names the step", async () => {
  const text = await printed(timedOut, () => run(exec(three, "true"), ls("/"), pretty("steps")));
  assertGolden("summary-steps", text);
});

test("a pick that takes nobody after failures of the same run", async () => {
  const text = await printed(timedOut, () =>
    run(ls(three, "/"), pick(unreachable), exec("uptime"), pretty("unreachable")),
  );
  assertGolden("summary-took-nobody", text);
});

test("failures last, each advice once, what still runs by its host, and counts", async () => {
  const names = Array.from({ length: 12 }, (_, index) => `web-${index}`);
  const answer: Answer = (host, step) => {
    const end = Number(host.slice(4)) % 3;
    if (end === 0) return answered(host);
    const why =
      end === 1
        ? ["connection refused", "start its SSH server"]
        : [`cancelled while running (${host}:22), but pid 47${host.slice(4)} could not be stopped`];
    const [message = "", next = `end it there as root: kill -KILL 47${host.slice(4)}`] = why;
    const kind = end === 1 ? "unreachable" : "cancelled";
    return { host, kind, step: step.label, message, next };
  };
  const text = await printed(answer, () => run(exec(new Hosts({}, names), "true"), pretty("next")));
  assertGolden("summary-next", text);
});

test("many hosts are counted, also when all is well", async () => {
  const many = new Hosts(
    {},
    Array.from({ length: 11 }, (_, index) => `web-${index}`),
  );
  const text = await printed(fine, () => run(ls(many, "/"), pretty()));
  assert.match(text, /✔ web-10\n\n {2}11 ok\n\n$/u);
});

const talking: Answer = (host, step) => {
  if (host === "exits") {
    const said = { message: "exited with code 1: no", next: "look at its output", code: 1 };
    return { host, kind: "exited", step: step.label, ...said, out: "begun\n", err: "no\n" };
  }
  if (host === "silent") return answered(host, "");
  if (host === "coloured") return answered(host, "\u001B[31mred\u001B[0m\n\n10 %\r20 %\n");
  return answered(host, "up 3 days\n");
};

test("with output: each line with its host before it, then what is not said by these", async () => {
  const hosts = new Hosts({}, ["exits", "silent", "coloured", "plain"]);
  const text = await printed(talking, () => run(exec(hosts, "x"), pretty("up", { output: true })));
  assertGolden("summary-output", text);
  const numbers = await printed(talking, () =>
    run(
      exec(new Hosts({}, ["a"]), "x"),
      convert((o) => o.out.length),
      pretty({ output: true }),
    ),
  );
  assert.equal(numbers, "\nRun summary:\n\na: 10\n\n  1 ok\n\n");
});

test("what hosts printed gives way where there is a bound: first that of successes, who then have ticks", async () => {
  const text = "x".repeat(99).concat("\n").repeat(50);
  const answer: Answer = (host, step) => {
    if (host !== "fails") return answered(host, text);
    const said = { message: "exited with code 1: why", next: "look at its output", code: 1 };
    return { host, kind: "exited", step: step.label, ...said, out: "", err: "begun\nwhy\n" };
  };
  const hosts = new Hosts({}, ["a", "b", "c", "fails"]);
  const outcome = await inEvaluation(scriptedEvaluation(answer), () => run(exec(hosts, "x")));
  const summary = summaryOf(outcome, "much", { output: true, room: 8000 });
  assert.ok(summary.length <= 8000 && summary.length > 7500, String(summary.length));
  const [, ...lines] = summary.split(/\n(?=[abc]: x)/u);
  assert.equal(lines.filter((line) => line === `a: ${"x".repeat(99)}`).length, 50);
  assert.match(
    summary,
    /\nb: x+ …\nfails: begun\nfails: why\n… no room for all that 2 hosts printed: Runs .*\n\n {2}✔ b\n {2}✔ c\n {2}x fails - exited with code 1: why\n\n {2}3 ok · 1 failed\n\n$/u,
  );
});

test("a line longer than the room is cut, and every host keeps its tick", () => {
  const success = ["long", "later"].map((host) => ({ host, kind: "success" as const, ms: 1 }));
  const values = ["x".repeat(10_000), "y"];
  const outcome = makeOutcome(
    new Hosts({}, ["long", "later"]),
    success.map((one, index) => ({ ...one, value: values[index] })),
    [],
  );
  const summary = summaryOf(outcome, "long", { output: true, room: 1000 });
  assert.match(
    summary,
    /\n\nlong: x{500,} …\n… no room for all that 2 hosts printed.*\n\n {2}✔ long\n {2}✔ later\n/u,
  );
  assert.ok(summary.length <= 1000, String(summary.length));
});

test("an option that there is not is a mistake", () => {
  // @ts-expect-error -- that is the point
  assert.throws(() => pretty({ outputs: true }), /there is no option of pretty outputs/u);
});

test("no hosts, and no host that meets a condition", async () => {
  const none = new Hosts({}, []);
  assertGolden("summary-no-hosts", await printed(fine, () => run(ls(none, "/"), pretty("none"))));
  const evaluation = scriptedEvaluation();
  const notMet = await inEvaluation(evaluation, () =>
    run(
      ls(three, "/"),
      pick(() => false),
    ),
  );
  assertGolden("summary-not-met", summaryOf(notMet));
});

test("long names, names that are no names, and cut output", async () => {
  const hosts = new Hosts({}, [
    `${"very-".repeat(30)}long.example.org`,
    "müller-straße.example.org",
    "two\nlines \u001B[31mred",
    "talkative",
  ]);
  const talkative: Answer = (host) => ({
    host,
    kind: "success",
    value: { out: "…", err: "", code: 0, cut: host === "talkative" ? 104_857_600 : 0 },
    ms: 1,
  });
  assertGolden(
    "summary-names",
    await printed(talkative, () => run(ls(hosts, "/"), pretty("names"))),
  );
});

test("it prints when it is reached, to whoever asked for the run, and passes the outcome on", async () => {
  const evaluation = scriptedEvaluation();
  const outcome = await inEvaluation(evaluation, async () => {
    const before = await run(ls(three, "/"));
    assert.equal(pretty()(before), before);
    return before;
  });
  assert.equal(evaluation.printed(), summaryOf(outcome));
});
