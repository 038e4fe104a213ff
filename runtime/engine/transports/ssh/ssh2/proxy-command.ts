// ssh_config's ProxyCommand: a command of the user whose standard input and output lead to the host.
import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import type { Clock } from "../../../waiting/clock.ts";
import type { SshSettings } from "../config/settings.ts";
import { startChild } from "../../start-child.ts";
import { ConnectionError } from "../../../host-errors.ts";
import type { Carrier, Environment } from "../../transport.ts";
import { CarrierError } from "../failures.ts";
import { JoinedStream } from "./joined-stream.ts";

/** What may stand for a token: nothing that a shell reads as more than one plain word, and nothing that looks like an option. */
const PLAIN_WORD = /^[\w:.%+@][\w:.%+@-]*$/u;
const MOST_SAID = 2000;
const KILL_AFTER_MS = 2000;

/** Fills in the tokens as OpenSSH does. Throws `ConnectionError` when a name would be more than a word to the shell. */
export function fillProxyCommand(
  command: string,
  alias: string,
  { hostname, port, user }: SshSettings,
  place: string,
): string {
  const tokens: Readonly<Record<string, string>> = {
    h: hostname,
    n: alias,
    p: String(port),
    r: user,
  };
  return command.replaceAll(/%(.?)/gu, (_all, token: string) => {
    if (token === "%") return "%";
    const value = tokens[token];
    if (value === undefined) {
      throw refusal(`ProxyCommand has the unknown token %${token}`, place);
    }
    if (!PLAIN_WORD.test(value)) {
      throw refusal(`${JSON.stringify(value)} must not stand for %${token} in ProxyCommand`, place);
    }
    return value;
  });
}

function refusal(what: string, place: string): ConnectionError {
  return new ConnectionError(
    "refused",
    `${what} (${place})`,
    "correct the name, or the line of ssh_config",
  );
}

/** Rejects with `ConnectionError`. */
export async function startProxyCommand(
  command: string,
  place: string,
  environment: Environment,
  clock: Clock,
): Promise<Carrier> {
  // A group of its own, so that all of it can be ended.
  const options = { env: { ...environment }, detached: true };
  const start = () => spawn("sh", ["-c", `exec ${command}`], options);
  const child = await startChild(start, "sh for its ProxyCommand", place);
  let said = "";
  let isOver = false;
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-MOST_SAID);
  });
  const stream = new JoinedStream(child.stdout, child.stdin, () => end(child, () => isOver, clock));
  child.once("close", (code, signal) => {
    isOver = true;
    const lines = said.trim().split("\n").slice(-3).join(" / ");
    const how = signal ?? `code ${code}`;
    stream.destroy(describeEnd(command, lines === "" ? how : `${how}: ${lines}`));
  });
  return {
    stream,
    hold(active) {
      const change = active ? "ref" : "unref";
      for (const one of [child, child.stdin, child.stdout, child.stderr]) {
        (one as ChildProcess | Socket)[change]();
      }
    },
  };
}

function describeEnd(command: string, how: string): CarrierError {
  return new CarrierError(
    `its ProxyCommand ended with ${how}`,
    `run the command by hand to see why: ${command}`,
  );
}

/** All of its group: what it started may outlive it, and hold the connection. */
function end(child: ChildProcess, isOver: () => boolean, clock: Clock): void {
  const { pid } = child;
  if (isOver() || pid === undefined) return;
  signalGroup(pid, "SIGTERM");
  const callOff = clock.after(KILL_AFTER_MS, () => signalGroup(pid, "SIGKILL"));
  child.once("close", callOff);
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has just ended by itself.
  }
}
