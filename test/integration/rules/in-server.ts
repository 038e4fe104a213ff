// Evaluates through the runtime door of a real server, in its live process.
import { consoleOutput } from "re-ops/protocol";
import type { Ending } from "../../support/temporary.ts";
import { makeProject } from "../server/project.ts";
import type { Binding } from "./drive.ts";

export async function openServer(test: Ending): Promise<Binding> {
  const project = await makeProject(test);
  const connection = await project.connect();
  const printed = new Map<string, string>();
  connection.runtime.onNotification(consoleOutput, ({ evaluationId = "", text }) => {
    printed.set(evaluationId, (printed.get(evaluationId) ?? "") + text);
  });
  return {
    projectFolder: project.folder,
    async evaluate(request) {
      const evaluationId = crypto.randomUUID();
      const result = await connection.evaluate({ evaluationId, ...request });
      return { ...result, printed: printed.get(evaluationId) ?? "" };
    },
  };
}
