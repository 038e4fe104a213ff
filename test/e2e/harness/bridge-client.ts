// The outside end of the bridge: sends functions into a window's extension host.
import { mkdir, writeFile } from "node:fs/promises";
import { request } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type * as vscode from "vscode";
import { until } from "../../support/until.ts";

/** What runs in the extension host; it sees `vscode` and its argument and nothing of the file it is written in. */
export type InsideVSCode<A, R> = (api: typeof vscode, argument: A) => R | Promise<R>;

export type Bridge = {
  /** The file that VS Code has to load as the tests. */
  testsFile: string;
  evaluate<A, R>(run: InsideVSCode<A, R>, argument: A): Promise<R>;
  /** Waits until an extension host answers that is not `notPid`, and gives its process id. */
  waitForHost(notPid?: number): Promise<number>;
  /** Asks VS Code to end the extension host in good order. */
  end(): Promise<void>;
};

const bridgeModule = fileURLToPath(new URL("bridge.cjs", import.meta.url));

type Answer = { pid: number; value?: unknown; error?: string };

/** Prepares a bridge in this folder, whose path must be short enough for a socket. */
export async function prepareBridge(folder: string): Promise<Bridge> {
  await mkdir(folder, { recursive: true });
  const socket = path.join(folder, "socket");
  const testsFile = path.join(folder, "tests.cjs");
  const text = `exports.run = () => require(${JSON.stringify(bridgeModule)}).serve(${JSON.stringify(socket)});\n`;
  await writeFile(testsFile, text);
  return {
    testsFile,
    evaluate: async (run, argument) => {
      const answer = await post(socket, "/", { source: String(run), argument });
      if (answer.error !== undefined) throw new Error(`In the extension host: ${answer.error}`);
      return answer.value as Awaited<ReturnType<typeof run>>;
    },
    waitForHost: (notPid) =>
      until(
        "the extension host to answer",
        async () => {
          const { pid } = await post(socket, "/", { source: "() => 0" });
          return pid !== notPid && pid;
        },
        { timeoutMs: 120_000, everyMs: 100 },
      ) as Promise<number>,
    end: async () => {
      await post(socket, "/end", {});
    },
  };
}

function post(socketPath: string, url: string, body: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path: url, method: "POST" }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (more: string) => {
        text += more;
      });
      response.on("end", () => resolve(JSON.parse(text) as Answer));
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(JSON.stringify(body));
  });
}
