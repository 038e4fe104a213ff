// Many hosts of which a third is dead: those that live are done while the dead are still being waited for.
import assert from "node:assert/strict";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { createEngine } from "../../../runtime/engine/engine.ts";
import { inEvaluation } from "../../../runtime/port.ts";
import { identifyThisProcess, isAlive } from "../../../runtime/project/process-identity.ts";
import { Hosts, exec, run } from "../../../runtime/public.ts";
import { findRefusedPort, startBannerServer, startSilentServer } from "../../lab/silent-server.ts";
import { startSshHosts } from "../../lab/ssh-hosts.ts";
import { lastFirst } from "../../support/temporary.ts";
import { makeLabReach } from "./lab-reach.ts";

const LIVE = 70;
const REFUSED = 10;
const SILENT = 10;
const SILENT_AFTER_BANNER = 10;
/** Room for all that say something and then hang, and a few; not for the silent ones. */
const CONCURRENCY = SILENT_AFTER_BANNER + 4;

test("100 hosts of which 30 are dead: every living one answers while the silent ones are waited for", async (t) => {
  const { names, evaluation, stopSilent } = await startMixedFleet(t);
  const hosts = new Hosts({}, names, { concurrency: CONCURRENCY, connectTimeoutMs: 120_000 });
  const ends = new Map<string, string>();
  const answers = new Set<string>();
  await inEvaluation(evaluation, async () => {
    const ran = run(exec(hosts, "echo $RE_OPS_HOST"));
    for await (const one of ran) {
      ends.set(one.host, one.kind);
      if (one.kind === "success") answers.add(one.value.out);
      if (ends.size === LIVE + REFUSED) await stopSilent();
    }
  });
  const kinds = (part: string) =>
    [...ends].flatMap(([host, kind]) => (host.includes(part) ? [kind] : []));
  assert.equal(ends.size, names.length);
  assert.equal(answers.size, LIVE);
  assert.deepEqual(
    kinds("live"),
    Array.from({ length: LIVE }, () => "success"),
  );
  assert.deepEqual(
    kinds("dead"),
    Array.from({ length: names.length - LIVE }, () => "unreachable"),
  );
  const firstEnded = [...ends.keys()].slice(0, LIVE + REFUSED);
  assert.deepEqual(
    firstEnded.filter((host) => host.startsWith("dead-silent")),
    [],
  );
});

/** By names in an ssh_config, dead and living ones mixed. */
async function startMixedFleet(test: TestContext) {
  const t = lastFirst(test);
  const lab = await makeLabReach(t);
  const live = await startSshHosts(LIVE, {
    authorized: [lab.key.publicKeyLine],
    maxStartups: "1000",
  });
  t.after(() => live.stop());
  const [refused, silent, banner] = await Promise.all([
    Promise.all(several(REFUSED, findRefusedPort)),
    Promise.all(several(SILENT, startSilentServer)),
    Promise.all(several(SILENT_AFTER_BANNER, startBannerServer)),
  ]);
  let stopping: Promise<unknown> | undefined;
  const stopSilent = () =>
    (stopping ??= Promise.all([...silent, ...banner].map((server) => server.stop())));
  t.after(async () => void (await stopSilent()));
  const groups = {
    "dead-silent": silent,
    "dead-silent-after-banner": banner,
    "dead-refused": refused,
    live: live.hosts.map(({ address, port }) => ({ host: address, port })),
  };
  const places = Object.entries(groups).flatMap(([kind, group]) =>
    group.map(({ host, port }, index) => ({ kind, host, port, name: `${kind}-${index}` })),
  );
  const blocks = places.map(({ name, host, port }) =>
    [`Host ${name}`, `  HostName ${host}`, `  Port ${port}`, `  IdentityFile ${lab.key.file}`].join(
      "\n",
    ),
  );
  await lab.trust(live.known);
  await lab.configure(blocks.join("\n"));
  const engine = createEngine({
    stateFolder: path.join(lab.folder, "state"),
    environment: lab.environment,
    owner: identifyThisProcess(),
    isAlive,
    onProblem: assert.fail,
  });
  t.after(() => engine.dispose());
  const evaluation = {
    signal: new AbortController().signal,
    port: engine.openPort().port,
    console: { write: () => {} },
  };
  // Every third is dead, and the first ones are.
  const dead = places.filter(({ kind }) => kind !== "live").map(({ name }) => name);
  const living = places.filter(({ kind }) => kind === "live").map(({ name }) => name);
  const names = living.flatMap((name, index) => [...dead.splice(0, index % 2 === 0 ? 1 : 0), name]);
  return { names: [...names, ...dead], evaluation, stopSilent };
}

function several<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}
