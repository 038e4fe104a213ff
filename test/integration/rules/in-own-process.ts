// Evaluates as `re-ops eval` does where no server runs: user code and engine in one process, which is a child here.
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { type Ending, temporaryFolder } from "../../support/temporary.ts";
import type { Binding, Request, Seen } from "./drive.ts";

export interface Question {
  readonly id: string;
  readonly request: Request;
}

export interface Answer {
  readonly id: string;
  readonly seen: Seen;
}

export async function openOwnProcess(test: Ending): Promise<Binding> {
  const projectFolder = await temporaryFolder(test);
  const environment = { PATH: process.env["PATH"], HOME: projectFolder };
  const child = fork(path.join(import.meta.dirname, "own-process.ts"), [projectFolder], {
    env: { ...environment, XDG_STATE_HOME: projectFolder },
  });
  test.after(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.disconnect();
    await once(child, "exit");
  });
  const waiting = new Map<string, PromiseWithResolvers<Seen>>();
  child.on("message", ({ id, seen }: Answer) => waiting.get(id)?.resolve(seen));
  child.on("exit", (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`it ended with ${String(code)}`));
  });
  return {
    projectFolder,
    async evaluate(request) {
      const question: Question = { id: crypto.randomUUID(), request };
      const answer = Promise.withResolvers<Seen>();
      waiting.set(question.id, answer);
      child.send(question);
      return answer.promise;
    },
  };
}
