// The live process, composed: all user code of a project runs here, and what it wants done is asked of the server over one pipe.
import { realpathSync } from "node:fs";
import { Socket } from "node:net";
import { inspect, parseArgs } from "node:util";
import { isHosts } from "../describe/hosts/hosts.ts";
import { ambientEvaluation, setFallbackEvaluation, type EvaluationConsole } from "../port.ts";
import {
  LIVE_CHANNEL_FD,
  liveBindings,
  liveConsole,
  liveEvaluate,
  type LiveEvaluateResult,
  liveInterrupt,
  liveReadValue,
  liveReady,
  liveRefresh,
  liveRelease,
  liveStandings,
  portComponents,
  WATCHDOG_FD,
} from "../protocol/live.ts";
import type { ComponentsAction } from "../protocol/workflow.ts";
import { createPeer, type Peer } from "../rpc/peer.ts";
import { HeardText } from "../rpc/sent-text.ts";
import { createEvaluator } from "./evaluator.ts";
import { startWatchdog } from "./interrupt/break-off.ts";
import { endAll, settleBroken } from "./interrupt/settle-broken.ts";
import { makeTimersInterruptible } from "./interrupt/timers.ts";
import { gatherConsole, MOST_TEXT } from "./console/gathered-console.ts";
import { createPortClient } from "./port-client.ts";
import { reportValue } from "./values/report-value.ts";
import { RecentValues } from "./values/recent-values.ts";
import { RefreshFailure } from "./refresh/refresh-failure.ts";
import { composeWorkflow } from "./workflow.ts";
import { Session, type SessionResult } from "./session.ts";
import { createWorkUnderWay, type WorkUnderWay } from "./work-under-way.ts";

const { values } = parseArgs({
  options: { project: { type: "string" }, compiled: { type: "string" } },
});
if (values.project === undefined) throw new Error("--project FOLDER is missing");
live(
  { projectFolder: realpathSync(values.project), compiledFolder: values.compiled },
  openChannel(),
);

function openChannel(): Peer {
  const channel = new Socket({ fd: LIVE_CHANNEL_FD, readable: true, writable: true });
  channel.on("error", () => undefined); // the server is gone, which `closed` tells too
  return createPeer(channel, channel, {
    onProblem: (problem) => {
      process.stderr.write(`live process ${String(process.pid)}: ${problem.message}\n`);
    },
  });
}

interface Folders {
  readonly projectFolder: string;
  readonly compiledFolder: string | undefined;
}

function live({ projectFolder, compiledFolder }: Folders, peer: Peer): void {
  const timers = makeTimersInterruptible(() => ambientEvaluation() !== undefined);
  const watchdog = startWatchdog({ fd: WATCHDOG_FD, projectFolder, timers });
  const port = createPortClient(peer);
  const neverAborted = new AbortController().signal;
  let isTelling: NodeJS.Immediate | undefined;
  const evaluator = createEvaluator({
    projectFolder,
    reopsExports: () => import("../public.ts"),
    onConsole: (_evaluationId, stream, text) => ambientEvaluation()?.console.write(stream, text),
    evaluationIdOf: () => ambientEvaluation()?.id,
    onPublish: (value) => {
      if (isHosts(value)) port.expect(value);
    },
    onStandings: () => {
      if (work.isIdle) tellStandingsSoon();
    },
    ...(compiledFolder !== undefined && { compiledFolder }),
  });

  const control = (action: ComponentsAction) => () => {
    const evaluationId = ambientEvaluation()?.id;
    return peer.request(portComponents, { action, ...(evaluationId && { evaluationId }) });
  };
  const workflow = composeWorkflow(evaluator, {
    go: control("go"),
    stop: control("stop"),
    reset: control("reset"),
  });

  /** What user code prints while no evaluation asked for it goes to every window. */
  const toNobody: EvaluationConsole = {
    room: MOST_TEXT,
    write: (stream, text) => {
      peer.notify(liveConsole, { stream, text });
    },
  };
  const work = createWorkUnderWay({ port, console: toNobody, workflow });

  // After the result of an evaluation: what a person waits for comes first.
  const tellStandingsSoon = () => {
    isTelling ??= setImmediate(() => {
      isTelling = undefined;
      const changes = evaluator.takeStandings();
      if (changes.length > 0) peer.notify(liveStandings, { changes });
    });
  };

  let told = "[]";
  const tellBindings = () => {
    const files = evaluator.letNames();
    const text = JSON.stringify(files);
    if (text !== told) peer.notify(liveBindings, { files });
    told = text;
  };

  const texts = new HeardText();
  const recent = new RecentValues();
  peer.onRequest(liveEvaluate, async (params) => {
    const { evaluationId, file, range, whole, needs = false, prelude = false, report } = params;
    const { localFolder } = params;
    const text = texts.hear(file, params.text);
    const console = gatherConsole((stream, written) => {
      peer.notify(liveConsole, { evaluationId, stream, text: written });
    }, report && MOST_REPORTED_TEXT);
    const session = new Session(
      { evaluationId, file, text, ...range, needs, prelude, ...(whole && { whole: "file" }) },
      { evaluator, port, console, workflow, ...(localFolder !== undefined && { localFolder }) },
    );
    const result = await work.evaluate(session, console);
    console.flush();
    tellBindings();
    tellStandingsSoon();
    if (result.kind === "value") recent.keep(evaluationId, result.box);
    return toMessage(result, report);
  });
  peer.onRequest(liveReadValue, ({ evaluationId }) => recent.read(evaluationId));
  peer.onRequest(liveInterrupt, ({ demand, evaluationId, runId }) => {
    if (evaluationId !== undefined) work.interruptSessions((id) => id === evaluationId);
    else if (runId === undefined) work.interruptAll();
    return { broken: watchdog.answer(demand).map((one) => settleBroken(one, work, port)) };
  });

  peer.onRequest(liveRefresh, async (which) => {
    try {
      return {
        kind: "done" as const,
        report: await work.atNobodys(() => evaluator.refresh(which)),
      };
    } catch (error) {
      if (error instanceof RefreshFailure) return { kind: "error" as const, error: error.error };
      throw error;
    } finally {
      tellBindings();
      tellStandingsSoon();
    }
  });
  peer.onRequest(liveRelease, async ({ keep }) => {
    work.interruptSessions((id) => id !== keep);
    const mistakes = await work.atNobodys(() => evaluator.disposeHeld());
    return { mistakes: mistakes.map((mistake) => `Disposing has failed: ${inspect(mistake)}`) };
  });

  // A callback may come to user code without the context in which it was given away.
  setFallbackEvaluation(() => ({ signal: neverAborted, port, console: toNobody, workflow }));
  surviveMistakes(work, toNobody);
  void peer.closed.then(endAll);
  peer.notify(liveReady, { pid: process.pid });
}

/** UTF-16 units of an evaluation whose output goes on to a file or another program. */
const MOST_REPORTED_TEXT = 100_000_000;

/** What user code throws where nobody catches it is told to whoever evaluated that code, and ends nothing. */
function surviveMistakes(work: Pick<WorkUnderWay, "ownerOf">, toNobody: EvaluationConsole): void {
  const hear = (error: unknown) => {
    const console = ambientEvaluation()?.console;
    const owner = console && work.ownerOf(console);
    if (owner !== undefined) owner.hear(error);
    else toNobody.write("err", `${inspect(error)}\n`);
  };
  process.on("uncaughtException", hear);
  process.on("unhandledRejection", hear);
}

function toMessage(
  result: SessionResult,
  report: { readonly json: boolean } | undefined,
): LiveEvaluateResult {
  const runs = [...result.runs];
  if (result.kind !== "value") return { ...result, runs };
  const { kind, display, detail, note, box } = result;
  return {
    kind,
    display,
    detail,
    runs,
    ...(note !== undefined && { note }),
    ...(report && { value: reportValue(box, report) }),
  };
}
