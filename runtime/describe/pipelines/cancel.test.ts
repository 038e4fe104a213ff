// What a cancelled pipeline still does: nothing on any host, but it ends, and its summary says what became of each.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answered, scriptedEvaluation, type Answer } from "../../../test/support/scripted-port.ts";
import { inEvaluation } from "../../port.ts";
import { Hosts, ls, operation, pretty, run, sh, tap } from "../../public.ts";

const two = new Hosts({}, ["a", "b"]);
const uptime = operation("uptime", () => sh`uptime`);

/** Hosts that answer once the test says so. */
function heldBack(): { answer: Answer; release: () => void; begun: Promise<void> } {
  const begun = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  return {
    begun: begun.promise,
    release: held.resolve,
    answer: async (host) => {
      begun.resolve();
      await held.promise;
      return answered(host);
    },
  };
}

test("cancel() is told to the engine; later operations do not run, and their hosts are cancelled", async () => {
  const hosts = heldBack();
  const evaluation = scriptedEvaluation(hosts.answer);
  await inEvaluation(evaluation, async () => {
    const under = run(ls(two, "/"), uptime(), pretty());
    await hosts.begun;
    const cancelled = under.cancel("not needed any more");
    hosts.release();
    await cancelled;
    const outcome = await under;
    assert.deepEqual(
      outcome.failure.map(({ host, kind, message }) => [host, kind, message]),
      [
        ["a", "cancelled", "cancelled before uptime"],
        ["b", "cancelled", "cancelled before uptime"],
      ],
    );
  });
  assert.deepEqual(evaluation.cancels, [[evaluation.runs[0]?.id, "not needed any more"]]);
  assert.equal(evaluation.steps.length, 1);
  assert.equal(evaluation.ends[0]?.verdict, "cancelled");
  assert.match(evaluation.printed(), /x a - cancelled before uptime/);
});

test("a cancel after the last operation takes nothing away from the hosts that are done", async () => {
  const evaluation = scriptedEvaluation();
  await inEvaluation(evaluation, async () => {
    const looked = Promise.withResolvers<void>();
    const under = run(
      ls(two, "/"),
      tap(() => looked.promise),
      pretty(),
    );
    const cancelled = under.cancel();
    looked.resolve();
    await cancelled;
  });
  assert.match(evaluation.printed(), /cancelled before|✔ a/);
});

test("an interrupted evaluation cancels its runs", async () => {
  const hosts = heldBack();
  const evaluation = scriptedEvaluation(hosts.answer);
  const under = inEvaluation(evaluation, () => run(ls(two, "/"), uptime()));
  await hosts.begun;
  evaluation.abort();
  hosts.release();
  await under;
  assert.deepEqual(evaluation.cancels, [[under.id, "interrupted"]]);
  assert.equal(evaluation.steps.length, 1);
});

test("a run that is started in an interrupted evaluation reaches no host", async () => {
  const evaluation = scriptedEvaluation();
  evaluation.abort();
  const outcome = await inEvaluation(evaluation, () => run(ls(two, "/")));
  assert.deepEqual(evaluation.steps, []);
  assert.deepEqual(
    outcome.failure.map((one) => one.kind),
    ["cancelled", "cancelled"],
  );
  assert.equal(evaluation.ends[0]?.verdict, "cancelled");
});

test("a stage that never ends does not hold a cancelled run", async () => {
  const evaluation = scriptedEvaluation();
  const reachedStage = Promise.withResolvers<void>();
  const under = inEvaluation(evaluation, () =>
    run(ls(two, "/"), () => {
      reachedStage.resolve();
      return new Promise<never>(() => {});
    }),
  );
  await reachedStage.promise;
  await under.cancel();
  assert.equal((await under).failure[0]?.kind, "cancelled");
});

test("a run that the engine says is cancelled does not go on", async () => {
  const evaluation = scriptedEvaluation();
  const { port } = evaluation;
  const cancelledElsewhere = {
    ...evaluation,
    port: {
      ...port,
      runStep: async (...args: Parameters<typeof port.runStep>) => {
        await port.runStep(...args);
        return { cancelled: true };
      },
    },
  };
  await inEvaluation(cancelledElsewhere, () => run(ls(two, "/"), uptime()));
  assert.equal(evaluation.steps.length, 1);
  assert.equal(evaluation.ends[0]?.verdict, "cancelled");
});
