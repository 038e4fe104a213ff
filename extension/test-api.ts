// What `activate` gives to whoever asks VS Code for this extension's exports: what is shown, as data.
import type { ConnectionView } from "./core/connection-state.ts";
import type { Mark, Marks } from "./core/marks.ts";
import type { Decorations, ShownResult } from "./evaluation/decorations.ts";
import type { Services } from "./services.ts";
import type { ShownRow } from "./views/runs-tree.ts";

export interface TestApi {
  /** Inline results of all files, in the order in which they were asked for. */
  inlineResults(): readonly ShownResult[];
  runsTree(): readonly ShownRow[];
  connections(): readonly ConnectionView[];
  /** Files in which the keys are bound. */
  projectFiles(): readonly string[];
  /** Times of the last evaluations, for the editor benchmark. */
  marks(): readonly Mark[];
  readonly activationMs: number;
}

export function createTestApi(parts: {
  readonly services: Services;
  readonly decorations: Decorations;
  readonly marks: Marks;
  readonly activationMs: number;
}): TestApi {
  const { services, decorations, marks, activationMs } = parts;
  return {
    inlineResults: () => decorations.shown(),
    runsTree: () => services.runsTree.shown(),
    connections: () => services.connections.all().map(({ project, state }) => ({ project, state })),
    projectFiles: () => services.connections.files(),
    marks: () => marks.all(),
    activationMs,
  };
}
