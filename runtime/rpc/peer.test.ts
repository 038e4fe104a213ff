// A peer's promises about its end: nothing said before is lost, nothing waits for ever, nothing throws at the speaker.
import assert from "node:assert/strict";
import { duplexPair, PassThrough, Writable } from "node:stream";
import { test, type TestContext } from "node:test";
import { z } from "zod";
import { notification, request } from "../protocol/message.ts";
import { createPeer, PeerGoneError } from "./peer.ts";

const ask = request("ask", z.object({ n: z.number() }), z.object({ doubled: z.number() }));
const tell = notification("tell", z.object({ n: z.number() }));

function joinedPeers(t: TestContext) {
  const [left, right] = duplexPair();
  left.on("end", () => left.end()); // as a socket does
  const problems: Error[] = [];
  const options = { onProblem: (problem: Error) => void problems.push(problem) };
  const near = createPeer(left, left, options);
  const far = createPeer(right, right, options);
  t.after(() => {
    near.dispose();
    far.dispose();
  });
  return { near, far, left, right, problems };
}

test("a request is answered, and one that does not fit its schema is refused", async (t) => {
  const { near, far } = joinedPeers(t);
  far.onRequest(ask, ({ n }) => ({ doubled: 2 * n }));
  assert.deepEqual(await near.request(ask, { n: 21 }), { doubled: 42 });
  await assert.rejects(
    near.request(ask, { n: "no" } as unknown as { n: number }),
    /^\S*: ask: [^{[]*expected number[^{[]* \(n\)$/u,
  );
});

test("what was said before the end is heard before `closed`", async (t) => {
  const { near, right } = joinedPeers(t);
  const heard: number[] = [];
  near.onNotification(tell, ({ n }) => {
    heard.push(n);
  });
  const bodies = Array.from(
    { length: 50 },
    (_, n) => `{"jsonrpc":"2.0","method":"tell","params":{"n":${n}}}`,
  );
  right.end(bodies.map((body) => `Content-Length: ${body.length}\r\n\r\n${body}`).join(""));
  await near.closed;
  assert.equal(heard.length, 50);
});

test("a request that cannot be written any more will not be answered either", async (t) => {
  const broken = new Writable({
    write: (_chunk, _encoding, done) => done(new Error("write EPIPE")),
  });
  const peer = createPeer(new PassThrough(), broken, { onProblem: () => {} });
  t.after(() => peer.dispose());
  await assert.rejects(peer.request(ask, { n: 1 }), PeerGoneError);
});

test("a request that nobody will answer rejects when the other end is gone", async (t) => {
  const { near, far, right } = joinedPeers(t);
  far.onRequest(ask, () => {
    right.end();
    return new Promise(() => {});
  });
  const asked = near.request(ask, { n: 1 });
  await assert.rejects(asked, PeerGoneError);
  await near.closed;
});

test("a notification to an end that is gone goes nowhere", async (t) => {
  const { near, right, problems } = joinedPeers(t);
  right.end();
  await near.closed;
  near.notify(tell, { n: 1 });
  await assert.rejects(near.request(ask, { n: 1 }), PeerGoneError);
  assert.deepEqual(problems, []);
});
