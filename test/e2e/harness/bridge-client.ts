// The outside end of the bridge: sends functions into a window's extension host.
import { mkdir, readdir, writeFile } from "node:fs/promises";
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
  /** Waits until an extension host answers that did not answer here before, gives its process id, and talks to it from now on. */
  waitForNewHost(): Promise<number>;
  /** Asks VS Code to end the extension host in good order. */
  end(): Promise<void>;
};

const bridgeModule = fileURLToPath(new URL("bridge.cjs", import.meta.url));

type Answer = { pid: number; value?: unknown; error?: string };

/**
 * Prepares a bridge in this folder, whose path must be short enough for a socket.
 * Each extension host listens on a socket of its own: the one of a page that was reloaded may live on beside the new one.
 */
export async function prepareBridge(folder: string): Promise<Bridge> {
  const sockets = path.join(folder, "hosts");
  await mkdir(sockets, { recursive: true });
  const testsFile = path.join(folder, "tests.cjs");
  const text = `exports.run = () => require(${JSON.stringify(bridgeModule)}).serve(${JSON.stringify(sockets)});\n`;
  await writeFile(testsFile, text);
  const known = new Set<number>();
  let current = "";
  return {
    testsFile,
    evaluate: async (run, argument) => {
      const answer = await post(current, "/", { source: String(run), argument });
      if (answer.error !== undefined) throw new Error(`In the extension host: ${answer.error}`);
      return answer.value as Awaited<ReturnType<typeof run>>;
    },
    waitForNewHost: () =>
      until(
        "a new extension host to answer",
        async () => {
          const names = (await readdir(sockets)).filter((name) => !known.has(Number(name)));
          const ask = async (name: string) =>
            await post(path.join(sockets, name), "/", { source: "() => 0" });
          const { pid } = await Promise.any(names.map(ask));
          known.add(pid);
          current = path.join(sockets, String(pid));
          return pid;
        },
        { timeoutMs: 120_000, everyMs: 100 },
      ),
    end: async () => {
      await post(current, "/end", {});
    },
  };
}

function post(socketPath: string, url: string, body: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // A connection of its own: the host may close a kept one at the moment at which it is used again.
    const options = { socketPath, path: url, method: "POST", agent: false };
    const sent = request(options, (response) => {
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
