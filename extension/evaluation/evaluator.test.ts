// What is asked for while there is no server waits for one, until somebody gives up.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ProjectConnection } from "../connection/project-connection.ts";
import { InlineResults } from "../core/inline-results.ts";
import { Marks } from "../core/marks.ts";
import { Evaluator } from "./evaluator.ts";

test("what was given up is over, and its reason stays", async () => {
  const { evaluator, connection, evaluate, shown } = start();
  const answer = evaluate();
  evaluator.giveUpWaiting(connection, "no node");
  assert.equal(await answer, undefined);
  assert.equal(evaluator.isUnderWay(shown().id), false);
  await evaluator.interruptAll([connection]);
  assert.deepEqual(shown().phase, { kind: "lost", message: "nothing was evaluated: no node" });
});

test("another project's server is no reason to give up", async () => {
  const { evaluator, connection, evaluate, shown } = start();
  const answer = evaluate();
  evaluator.giveUpWaiting(start().connection, "no node");
  assert.deepEqual(shown().phase, { kind: "asked", waits: true });
  evaluator.giveUpWaiting(connection, "no node");
  await answer;
});

test("an interrupt ends what waits", async () => {
  const { evaluator, connection, evaluate, shown } = start();
  const answer = evaluate();
  assert.deepEqual(await evaluator.interruptAll([connection]), []);
  assert.equal(await answer, undefined);
  assert.deepEqual(shown().phase, { kind: "lost", message: "nothing was evaluated" });
});

function start() {
  const results = new InlineResults();
  const evaluator = new Evaluator(results, new Marks(() => 0));
  // Never kept, it never finds a server.
  const connection = new ProjectConnection("/project", {
    connect: () => Promise.reject(new Error("nobody keeps this connection")),
    greet: () => {},
    onStateChange: () => {},
    wait: () => Promise.resolve(),
    now: () => 0,
  });
  const document = { uri: { fsPath: "/project/a.ts" }, getText: () => "1;" };
  const evaluate = () =>
    evaluator.evaluate(connection, document, "expression", { start: 0, end: 1 });
  const shown = () => {
    const [result] = results.all();
    assert.ok(result);
    return result;
  };
  return { evaluator, connection, evaluate, shown };
}
