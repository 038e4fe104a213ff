// What `re-ops/live` does in this process: files and values are the evaluator's, components are whoever's has them.
import { ProgramError } from "../describe/program-error.ts";
import type { Workflow } from "../port.ts";
import type { Evaluator } from "./evaluator.ts";

type Components = Pick<Workflow, "go" | "stop" | "reset">;

export function composeWorkflow(
  evaluator: Pick<Evaluator, "refresh" | "once">,
  components: Components,
): Workflow {
  return {
    ...components,
    refresh: (which) => evaluator.refresh(which),
    once: (make) => evaluator.once(make),
  };
}

/** For a process that starts and ends with its code. */
export const noComponents: Components = {
  go: () => refuse("go"),
  stop: () => refuse("stop"),
  reset: () => refuse("reset"),
};

function refuse(name: string): Promise<never> {
  const mend = `evaluate ${name}() in VS Code, or while the server of this project runs`;
  return Promise.reject(
    new ProgramError(`${name}() needs a server, and this process is on its own`, mend),
  );
}
