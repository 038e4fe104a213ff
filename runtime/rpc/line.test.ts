// Lines before the handshake: in pieces, several at once, too long, and the bytes that follow them.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { temporaryFolder } from "../../test/support/temporary.ts";
import { LineTooLongError, readLine } from "./line.ts";
import { isProof, proofOf } from "./proof.ts";

async function joinedSockets(t: TestContext): Promise<[Socket, Socket]> {
  const server = createServer();
  const file = path.join(await temporaryFolder(t), "socket");
  server.listen(file);
  await once(server, "listening");
  const near = connect(file);
  const [far] = (await once(server, "connection")) as [Socket];
  t.after(() => {
    for (const one of [near, far]) one.destroy();
    server.close();
  });
  return [near, far];
}

test("a line may come in pieces, and what follows it stays for whoever reads next", async (t) => {
  const [near, far] = await joinedSockets(t);
  const line = readLine(near, 100);
  far.write("he");
  far.write("llo ü\nand");
  assert.equal(await line, "hello ü");
  assert.equal(String((await once(near, "data"))[0]), "and");
});

test("two lines that came at once are read one by one", async (t) => {
  const [near, far] = await joinedSockets(t);
  far.write("one\ntwo\n");
  assert.equal(await readLine(near, 100), "one");
  assert.equal(await readLine(near, 100), "two");
});

test("a line beyond the limit and an end without a line reject", async (t) => {
  const [near, far] = await joinedSockets(t);
  far.write("x".repeat(101));
  await assert.rejects(readLine(near, 100), LineTooLongError);
  const [other, end] = await joinedSockets(t);
  end.end("no end");
  await assert.rejects(readLine(other, 100), /closed/);
});

test("a proof is of one side, one token and both nonces", () => {
  const nonces = { server: "s", client: "c" };
  const proof = proofOf("token", "client", nonces);
  assert.ok(isProof(proof, proofOf("token", "client", nonces)));
  for (const other of [
    proofOf("token", "server", nonces),
    proofOf("other", "client", nonces),
    proofOf("token", "client", { server: "s", client: "d" }),
    proof.slice(1),
    "",
  ]) {
    assert.ok(!isProof(other, proof));
  }
});
