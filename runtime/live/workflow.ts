// What `re-ops/live` does in this process: files and values are the evaluator's, components are whoever's has them.
import type { Workflow } from "../port.ts";
import type { Evaluator } from "./evaluator.ts";

export function composeWorkflow(
  evaluator: Pick<Evaluator, "refresh" | "once">,
  components: Pick<Workflow, "go" | "stop" | "reset">,
): Workflow {
  return {
    ...components,
    refresh: (which) => evaluator.refresh(which),
    once: (make) => evaluator.once(make),
  };
}
