// Everything about the live process, composed: its supervisor, evaluations, consoles, and what is told when it ends.
import {
  type EvaluateRequest,
  type EvaluateResult,
  type InterruptReport,
  type JsonValue,
  notice,
  type Status,
} from "re-ops/protocol";
import {
  type Clock,
  type Engine,
  liveConsole,
  liveReadValue,
  liveStandings,
  type Peer,
  portComponents,
} from "re-ops/server";
import type { Clients } from "../doors/clients.ts";
import type { RecentDocuments } from "re-ops/syntax";
import { createConsoles } from "./consoles.ts";
import { createEvaluations } from "./evaluations.ts";
import { interruptEvaluations, interruptRun } from "./interrupt.ts";
import { describeEnd } from "./live-end.ts";
import type { Owners } from "./owners.ts";
import type { Standings } from "./standings.ts";
import { superviseLive } from "./live-supervisor.ts";
import { createWorkflow, type ServerWorkflow } from "./workflow.ts";

export interface LiveSideOptions {
  readonly entry: string;
  readonly projectFolder: string;
  readonly compiledFolder: string;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly clients: Clients;
  readonly sources: RecentDocuments;
  readonly standings: Standings;
  readonly owners: Owners;
  readonly log: (line: string) => void;
  /** The process id of the live process there is now, for whoever must end it should this server be killed. */
  readonly onProcess: (pid: number) => void;
  readonly onChange: () => void;
}

export interface LiveSide {
  evaluate(params: EvaluateRequest, client: Peer): Promise<EvaluateResult>;
  interrupt(evaluationId: string | undefined, client: Peer): Promise<InterruptReport>;
  /** The value of an earlier evaluation as JSON. */
  readValue(evaluationId: string): Promise<JsonValue>;
  /** Stops a run on its hosts and in the live process. */
  cancelRun(runId: string, client: Peer): Promise<InterruptReport>;
  /** Ends the live process and starts an empty one; resolves with the `let` values that were lost. */
  restart(client: Peer): Promise<readonly string[]>;
  readonly workflow: ServerWorkflow;
  /** Starts the live process ahead of the first evaluation. */
  warmUp(): void;
  readonly evaluating: number;
  status(): Status["live"];
  stop(): Promise<void>;
}

const INTERRUPT_PATIENCE_MS = 250;

export function composeLiveSide(options: LiveSideOptions): LiveSide {
  const { engine, clock, clients, log } = options;
  const consoles = createConsoles(clients, options.owners);
  const supervisor = superviseLive({
    ...options,
    onStart(live) {
      options.onProcess(live.pid);
      live.peer.onRequest(portComponents, ({ action, evaluationId }) =>
        workflow.control(action, evaluationId),
      );
      live.peer.onNotification(liveConsole, (output) => {
        consoles.print(output);
      });
      live.peer.onNotification(liveStandings, ({ changes }) => {
        options.standings.apply(changes);
      });
    },
    onRunStarted({ id, evaluationId }) {
      if (evaluationId !== undefined) evaluations.addRun(evaluationId, id);
    },
    onEnd(end, isExpected) {
      options.standings.clear();
      if (!isExpected) warn(describeEnd(end));
    },
  });
  const evaluations = createEvaluations({
    supervisor,
    sources: options.sources,
    now: () => clock.elapsed(),
    onChange: options.onChange,
    beforeAnswer: () => {
      engine.tellChanges();
    },
  });
  const workflow = createWorkflow({
    components: engine.components,
    supervisor,
    evaluations,
    clock,
    onReset: (message) => {
      clients.announce(notice, { severity: "info", message });
    },
  });
  function warn(message: string, except?: Peer): void {
    clients.announce(notice, { severity: "warning", message }, except);
  }
  const { projectFolder } = options;
  const patienceMs = INTERRUPT_PATIENCE_MS;
  let demands = 0;
  const nextDemand = () => (demands += 1);
  const tools = {
    engine,
    clock,
    evaluations,
    supervisor,
    projectFolder,
    patienceMs,
    nextDemand,
  };
  /** What was broken off or ended may be of any window. */
  function tell(report: InterruptReport, client: Peer): InterruptReport {
    if (report.rung > 1) warn(report.message, client);
    return report;
  }
  return {
    evaluate(params, client) {
      options.owners.own(params.evaluationId, client);
      return evaluations.evaluate(params, client);
    },
    async interrupt(evaluationId, client) {
      return tell(await interruptEvaluations(tools, evaluationId, client), client);
    },
    async cancelRun(runId, client) {
      return tell(await interruptRun(tools, runId, "cancelled by hand"), client);
    },
    async readValue(evaluationId) {
      const { peer } = await supervisor.ready();
      return peer.request(liveReadValue, { evaluationId });
    },
    async restart(client) {
      const end = await supervisor.restart("was restarted by hand");
      if (end !== undefined) warn(describeEnd(end), client);
      return end?.lost ?? [];
    },
    workflow,
    warmUp() {
      supervisor.ready().catch((error: unknown) => {
        log(`the live process did not start: ${String(error)}`);
      });
    },
    get evaluating() {
      return evaluations.pending().length;
    },
    status: () => supervisor.status(),
    stop: () => supervisor.stop(),
  };
}
