// The functions of `re-ops/live`: what user code asks of the live process that it lives in.
import {
  currentWorkflow,
  type ComponentsReport,
  type RefreshReport,
  type Workflow,
} from "../port.ts";
import { ProgramError } from "./program-error.ts";

/**
 * Starts the components of Re-ops in their order: journal, connections, live process. Those that run already are left alone.
 * Rejects in a program of its own (`node FILE`, `re-ops run`), where nothing is to be started.
 *
 * @example
 * await stop(); // nothing runs, nothing is connected
 * await go(); // everything is as it was, and connects when it is needed
 */
export async function go(): Promise<ComponentsReport> {
  return workflowFor("go").go();
}

/**
 * Stops the components in the opposite order: what your code holds by `using` and `import.meta.dispose` ends, runs are
 * cancelled on their hosts, connections are closed, the journal is closed. Your names and their values stay, and `refresh`
 * and evaluating work; a run is refused until `go`.
 */
export async function stop(): Promise<ComponentsReport> {
  return workflowFor("stop").stop();
}

/**
 * `stop` and `go` with a clean state: every `let`, `once`, `using` and timer is gone, no file is evaluated, and what you
 * evaluate next is the code as it is now. No file is loaded by itself. Nothing after a `reset()` is executed, because
 * the process that would do it is gone; whoever evaluates it gets the report as its value.
 *
 * @example
 * await reset();
 */
export async function reset(): Promise<ComponentsReport> {
  return workflowFor("reset").reset();
}

/**
 * Evaluates the files anew that changed on disk since they were evaluated, what others import first, and reads changed JSON
 * files again. It restarts their `let` and `using`, not their `once`. Names that a file has no more, and all of a deleted
 * file, go. When a file is broken, the error names the place and nothing has changed: mend it and refresh again.
 *
 * @example
 * const { evaluated, gone } = await refresh();
 */
export async function refresh(): Promise<RefreshReport> {
  return workflowFor("refresh").refresh({ all: false });
}

/**
 * The same for every file that was evaluated, changed or not.
 *
 * @example
 * await refreshAll();
 */
export async function refreshAll(): Promise<RefreshReport> {
  return workflowFor("refreshAll").refresh({ all: true });
}

/**
 * Makes a value the first time its declaration is evaluated, and gives that value again whenever it is evaluated later,
 * until `reset` or a restart of the live process. It stands where a declaration at the top level of a file gets its value.
 * In a program of its own it calls `make`.
 *
 * @example
 * const seen = once(() => new Map<string, number>());
 */
export function once<T>(make: () => T): T {
  const workflow = currentWorkflow();
  return workflow === undefined ? make() : workflow.once(make);
}

function workflowFor(name: string): Workflow {
  const workflow = currentWorkflow();
  if (workflow !== undefined) return workflow;
  throw new ProgramError(
    `${name}() needs a live process, and this program runs by itself`,
    `evaluate ${name}() in VS Code; a program starts and ends with its process`,
  );
}
