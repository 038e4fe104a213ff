// Golden texts of output documents: going on, over, failed, cut, and gone.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { StepOutput } from "re-ops/protocol";
import { addressParts, parseAddress } from "./output-address.ts";
import { describeOutput, type OutputSource } from "./output-document.ts";
import { sampleHeader, sampleHost } from "./samples.ts";

test("steps with their output, the last one failed", () => {
  const text = describeOutput(
    source({
      header: sampleHeader({ title: "ls / → uptime on 2 hosts", state: "failed" }),
      summary: sampleHost("web-1", { state: "exited", code: 3 }),
      steps: [
        step({ out: "bin\netc\n" }),
        step({
          index: 1,
          label: "uptime -p",
          state: "exited",
          err: "uptime: no\n",
          ms: 20,
          message: "exited with code 3",
          next: "run it on the host",
        }),
      ],
    }),
  );
  assert.equal(
    text,
    `ls / → uptime on 2 hosts · web-1
Run: failed after 0.4 s

── 1 · ls / · ok · 0.1 s ──
bin
etc

── 2 · uptime -p · exited with 3 · 20 ms ──
── stderr ──
uptime: no
✗ exited with code 3
  Next: run it on the host
`,
  );
});

test("cut output is marked where it ends", () => {
  const text = describeOutput(source({ steps: [step({ out: "yes\n", cut: 2 * 1024 * 1024 })] }));
  assert.match(text, /yes\n── 2\.0 MB of output was cut here ──\n/u);
});

test("a run that goes on, before and after its first line", () => {
  const header = sampleHeader({ state: "running" });
  assert.match(describeOutput(source({ header })), /Run: running\n\nNothing has started yet\.\n/u);
  const steps = [step({ out: "one\n", state: "running" })];
  assert.match(describeOutput(source({ header, steps })), /── 1 · ls \/ · running ──\none\n/u);
});

test("output that is not kept any more says why", () => {
  const note = "The output of this run was kept only while its server ran.";
  assert.match(describeOutput(source({ note })), /\n\nThe output of this run/u);
});

test("an address is what it was when it comes back", () => {
  const address = { project: "/a b", runId: "1/2", host: "web/1 ü?#" };
  const { path, query } = addressParts(address);
  assert.deepEqual(parseAddress(query), address);
  assert.equal(path, "/1%2F2/web∕1 ü?#");
  assert.equal(parseAddress("nonsense"), undefined);
  assert.equal(parseAddress('{"host":1}'), undefined);
});

function source(overrides: Partial<OutputSource>): OutputSource {
  return {
    host: "web-1",
    header: sampleHeader(),
    summary: undefined,
    steps: [],
    note: undefined,
    ...overrides,
  };
}

function step(overrides: Partial<StepOutput>): StepOutput {
  const time = overrides.state === "running" ? {} : { ms: 120 };
  const plain = { index: 0, label: "ls /", out: "", err: "", cut: 0 };
  return { ...plain, state: "success", ...time, ...overrides };
}
