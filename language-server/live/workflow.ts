// Go, stop, reset and refresh as the server does them: over its components, of which the live process is one.
import type { ComponentsAction, EvaluateResult, RefreshResult } from "re-ops/protocol";
import {
  type Clock,
  type Component,
  type ComponentsReport,
  liveRefresh,
  liveRelease,
  PeerGoneError,
  within,
} from "re-ops/server";
import type { Evaluations } from "./evaluations.ts";
import { createComponents } from "./components.ts";
import { describeEnd } from "./live-end.ts";
import type { LiveSupervisor } from "./live-supervisor.ts";

export interface WorkflowOptions {
  /** Those before the live process, in order. */
  readonly components: readonly Component[];
  readonly supervisor: Pick<LiveSupervisor, "ready" | "restart" | "status">;
  readonly evaluations: Pick<Evaluations, "answer">;
  readonly clock: Clock;
  /** Told what a reset did when no evaluation is there to be told. */
  readonly onReset: (message: string) => void;
}

export interface ServerWorkflow {
  /** `evaluationId`: the evaluation whose code asks. After a reset it is answered from here. */
  control(action: ComponentsAction, evaluationId?: string): Promise<ComponentsReport>;
  refresh(which: { readonly all: boolean }): Promise<RefreshResult>;
}

/** How long what user code holds may take to end. */
const RELEASE_MS = 5000;

export function createWorkflow(options: WorkflowOptions): ServerWorkflow {
  const { supervisor, evaluations } = options;
  let isReleased = false;

  const liveProcess: Component = {
    name: "live process",
    isRunning: () => !isReleased,
    async start() {
      await supervisor.ready();
      isReleased = false;
    },
    async stop(askedBy) {
      isReleased = true;
      return supervisor.status().state === "stopped" ? [] : release(askedBy);
    },
  };
  const components = createComponents([...options.components, liveProcess]);

  async function release(askedBy: string | undefined): Promise<readonly string[]> {
    const live = await supervisor.ready();
    const keep = askedBy === undefined ? {} : { keep: askedBy };
    const released = live.peer.request(liveRelease, keep).catch((error: unknown) => {
      if (!(error instanceof PeerGoneError)) throw error;
      return { mistakes: [] }; // all that it held has ended with it
    });
    return ((await within(options.clock, RELEASE_MS, released)) ?? TOO_LATE).mistakes;
  }

  async function reset(evaluationId: string | undefined): Promise<ComponentsReport> {
    const stopped = await components.stop(evaluationId);
    const end = await supervisor.restart("was reset");
    const started = await components.go();
    const lost = end?.lost ?? [];
    const notes = lost.length === 0 ? [] : [`\`let\` values gone: ${lost.join("; ")}.`];
    return { ...started, stopped: stopped.stopped, notes: [...stopped.notes, ...notes] };
  }

  async function tellWindows(report: Promise<ComponentsReport>): Promise<void> {
    try {
      options.onReset(asResult(await report).display);
    } catch {
      // Who asked for it is told.
    }
  }

  return {
    async control(action, evaluationId) {
      if (action === "go") return components.go();
      if (action === "stop") return components.stop(evaluationId);
      const report = reset(evaluationId);
      const isAnswered =
        evaluationId !== undefined && evaluations.answer(evaluationId, report.then(asResult));
      if (!isAnswered) void tellWindows(report);
      return report;
    },
    async refresh(which) {
      const live = await supervisor.ready();
      try {
        return await live.peer.request(liveRefresh, which);
      } catch (error) {
        if (!(error instanceof PeerGoneError)) throw error;
        return { kind: "lost", message: describeEnd(await live.ended) };
      }
    },
  };
}

const TOO_LATE = {
  mistakes: [`What your code holds did not end within ${String(RELEASE_MS / 1000)} s.`],
};

function asResult({ stopped, started, notes }: ComponentsReport) {
  const result: Pick<Extract<EvaluateResult, { kind: "value" }>, "display" | "detail" | "note"> = {
    display: `reset: ${started.join(", ")}`,
    detail: `stopped: ${stopped.join(", ")}\nstarted: ${started.join(", ")}`,
    ...(notes.length > 0 && { note: notes.join("\n") }),
  };
  return { kind: "value" as const, ...result };
}
