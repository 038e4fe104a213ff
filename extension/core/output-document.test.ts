// Golden texts of output documents: going on, over, failed, cut, and gone.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { StepOutput } from "re-ops/protocol";
import { addressParts, parseAddress } from "./output-address.ts";
import { describeOutput, linesLeftOut, type OutputSource } from "./output-document.ts";
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

test("what is left out, lost or not UTF-8 is told, and where all of it is", () => {
  const text = describeOutput(
    source({
      steps: [
        step({
          out: "yes\n[… 2097152 bytes cut …]\nno\n",
          hidden: 2_097_152,
          replaced: 3,
          lost: 1024,
          folder: "/state/a b/0-1-web",
          bytes: { out: 9_000_000, err: 0 },
        }),
      ],
    }),
  );
  assert.ok(
    text.endsWith(`
yes
[… 2097152 bytes cut …]
no
── left out above: 2.0 MB ──
── 3 B here are not UTF-8 and stand as \uFFFD ──
── not kept: 1 KB between beginning and end ──
── as it came: file:///state/a%20b/0-1-web/out ──
`),
    text,
  );
  assert.deepEqual(linesLeftOut(text), [text.split("\n").indexOf("── left out above: 2.0 MB ──")]);
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
  const whole = { bytes: { out: 0, err: 0 }, hidden: 0, replaced: 0, lost: 0 };
  const plain = { index: 0, label: "ls /", out: "", err: "", ...whole };
  return { ...plain, state: "success", ...time, ...overrides };
}
