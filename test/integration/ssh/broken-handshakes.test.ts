// A connection that breaks at any byte of its beginning: always a clear outcome in time, and the next attempt works.
import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../../runtime/engine/waiting/clock.ts";
import { nobody } from "../../../runtime/engine/questions/question.ts";
import { type RelayOptions, startRelay } from "../../lab/relay.ts";
import { startSshd } from "../../lab/sshd.ts";
import { until } from "../../support/until.ts";
import { type LabReach, makeLabReach } from "./lab-reach.ts";

const OK = { kind: "exited", code: 0 };
const FIRST_BYTES = 2000;
/** `RE_OPS_EVERY_BYTE=1 node --test …` breaks at each of them, which takes some minutes. */
const STEP = process.env["RE_OPS_EVERY_BYTE"] === undefined ? 37 : 1;
const AT_ONCE = 8;

const WORDS: Readonly<Record<string, RegExp>> = {
  unreachable:
    /^(?:the host ended the connection while|the connection broke before the command was)/u,
  refused: /^the host ended the connection while logging in/u,
  unknown: /^lost sight of it/u,
};

interface Broken {
  readonly lab: LabReach;
  readonly sshd: { readonly host: string; readonly port: number };
  readonly cut: RelayOptions;
}

/** The first connection breaks; those after it do not. */
async function runOverBroken({ lab, sshd, cut }: Broken): Promise<string> {
  const relay = await startRelay(sshd, (connection) => (connection === 0 ? cut : {}));
  const auth = { port: relay.port, sshKey: lab.key.file };
  try {
    const first = (await lab.run(relay.host, "true", { auth })).end;
    const where = JSON.stringify({ cut, first });
    // Once the command has been sent, nobody knows whether it arrived.
    if (first.kind === "exited") assert.deepEqual(first, OK, where);
    else assert.match(first.message, WORDS[first.kind] ?? /never/u, where);
    assert.deepEqual((await lab.run(relay.host, "true", { auth })).end, OK, where);
    assert.ok(relay.opened() <= 1 + relay.cuts(), where);
    return first.kind;
  } finally {
    await relay.stop();
  }
}

for (const direction of ["cutFromHost", "cutFromClient"] as const) {
  test(`${direction} at each ${STEP}th of the first ${FIRST_BYTES} bytes`, async (t) => {
    const random = () => 0;
    const lab = await makeLabReach(t, {}, systemClock, nobody, { random });
    const sshd = await startSshd({ authorized: [lab.key.publicKeyLine], maxStartups: "1000" });
    t.after(() => sshd.stop());
    await lab.configure("Host *\n  HostKeyAlias lab\n");
    await lab.trust([{ host: "lab", port: 22, publicKeyLine: sshd.publicKeyLine }]);
    const cuts = Array.from({ length: Math.ceil(FIRST_BYTES / STEP) }, (_, i) => i * STEP);
    const kinds = new Set<string>();
    while (cuts.length > 0) {
      const some = cuts.splice(0, AT_ONCE);
      const ended = some.map((at) => runOverBroken({ lab, sshd, cut: { [direction]: at } }));
      for (const kind of await Promise.all(ended)) kinds.add(kind);
    }
    assert.ok(kinds.has("exited"), "before the login it is tried again unnoticed");
    await until("no connection", () => lab.reach.connectionCount() === 0);
    await until("no connection at the server", async () => (await sshd.connections()) === 0);
  });
}
