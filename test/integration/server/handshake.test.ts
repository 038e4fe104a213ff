// Who gets through a server's door: only who proves the token, in time, in few bytes, and speaks its protocol.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile, stat, writeFile } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import path from "node:path";
import { after, test, type TestContext } from "node:test";
import { readServerRecord } from "re-ops/client";
import { challengeSchema, getStatus, PROTOCOL_VERSION, refusalSchema } from "re-ops/protocol";
import {
  identifyThisProcess,
  makePrivateFolder,
  makeNonce,
  proofOf,
  readLine,
  tokenFile,
  writeLine,
  writeServerRecord,
} from "re-ops/server";
import { makeProject } from "./project.ts";

const project = await makeProject({ after });
const window = await project.connect();

async function knock(t: TestContext): Promise<{ socket: Socket; nonce: string }> {
  const { socket: file = "" } = readServerRecord(project.stateFolder) ?? {};
  const socket = connect(file);
  t.after(() => socket.destroy());
  socket.on("error", () => {}); // The server hangs up on who sends too much.
  const { nonce } = challengeSchema.parse(JSON.parse(await readLine(socket, 1000)));
  return { socket, nonce };
}

async function readRefusal(socket: Socket) {
  const refusal = refusalSchema.parse(JSON.parse(await readLine(socket, 10_000)));
  await untilClosed(socket);
  assert.notEqual(refusal.next, "");
  return refusal;
}

/** However it is closed: who is hung up on may be told as an error. */
async function untilClosed(socket: Socket): Promise<void> {
  if (!socket.closed) await new Promise((done) => socket.once("close", done).resume());
}

async function makeHello(serverNonce: string, changes: { token?: string; protocol?: number } = {}) {
  const token = changes.token ?? (await readFile(tokenFile(project.stateFolder), "utf8"));
  const nonce = makeNonce();
  return {
    reops: "hello",
    nonce,
    proof: proofOf(token, "client", { server: serverNonce, client: nonce }),
    protocol: changes.protocol ?? PROTOCOL_VERSION,
  };
}

async function assertUnharmed(): Promise<void> {
  assert.equal((await window.runtime.request(getStatus, {})).pid, window.hello.pid);
}

test("a client with the token gets in, and knows whom it speaks to", async () => {
  assert.equal(window.hello.project, project.folder);
  assert.equal(window.hello.protocol, PROTOCOL_VERSION);
  assert.equal(readServerRecord(project.stateFolder)?.server.pid, window.hello.pid);
  await assertUnharmed();
});

test("token, folder and socket are the user's alone", async () => {
  const modeOf = async (file: string) => ((await stat(file)).mode & 0o777).toString(8);
  assert.equal(await modeOf(project.stateFolder), "700");
  assert.equal(await modeOf(tokenFile(project.stateFolder)), "600");
  assert.equal(await modeOf(readServerRecord(project.stateFolder)?.socket ?? ""), "600");
});

test("a wrong token is refused", async (t) => {
  const { socket, nonce } = await knock(t);
  writeLine(socket, await makeHello(nonce, { token: "0".repeat(64) }));
  assert.equal((await readRefusal(socket)).code, "token");
  await assertUnharmed();
});

test("a proof that was heard once is worth nothing later", async (t) => {
  const first = await knock(t);
  const hello = await makeHello(first.nonce);
  const second = await knock(t);
  writeLine(second.socket, hello);
  assert.equal((await readRefusal(second.socket)).code, "token");
});

test("another protocol is refused, with what to do", async (t) => {
  const { socket, nonce } = await knock(t);
  writeLine(socket, await makeHello(nonce, { protocol: PROTOCOL_VERSION + 1 }));
  const { code, reason, next } = await readRefusal(socket);
  assert.equal(code, "protocol");
  assert.match(reason, /protocol 1, the client protocol 2/);
  assert.match(next, /end the running server/);
});

test("who is silent is hung up on, while others are served", async (t) => {
  const { socket } = await knock(t);
  const closed = untilClosed(socket);
  await assertUnharmed();
  await closed;
  await assertUnharmed();
});

test("who sends more than a handshake needs is refused before it is read", async (t) => {
  const { socket } = await knock(t);
  socket.write("x".repeat(100_000));
  assert.match((await readRefusal(socket)).reason, /longer than 16384 bytes/);
  await assertUnharmed();
});

test("what is no hello is refused", async (t) => {
  const request = '{"jsonrpc":"2.0","id":1,"method":"server/stop","params":{"force":true}}';
  for (const words of ["hello", request, `Content-Length: ${request.length}\r\n\r\n${request}`]) {
    const { socket } = await knock(t);
    socket.write(`${words}\n`);
    assert.equal((await readRefusal(socket)).code, "malformed", words);
  }
  const { socket, nonce } = await knock(t);
  writeLine(socket, await makeHello(nonce)); // Right proof, but no door.
  assert.equal((await readRefusal(socket)).code, "malformed");
  await assertUnharmed();
});

test("a server that cannot prove the token is told nothing and refused", async (t) => {
  const other = await makeProject(t);
  makePrivateFolder(other.stateFolder);
  await writeFile(tokenFile(other.stateFolder), "secret", { mode: 0o600 });
  const file = path.join(other.stateFolder, "socket");
  const impostor = createServer((socket) => {
    writeLine(socket, { reops: "challenge", nonce: "n" });
    writeLine(socket, { ...window.hello, reops: "welcome", proof: "0".repeat(64) });
  });
  t.after(() => impostor.close());
  impostor.listen(file);
  await once(impostor, "listening");
  const server = identifyThisProcess();
  writeServerRecord(other.stateFolder, { server, socket: file, version: "1", hash: "x" });
  await assert.rejects(other.connect(), /not the server/);
});
