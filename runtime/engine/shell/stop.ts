// Stops a command on its host through a second channel, and finds out whether that has worked.
import type { Clock } from "../waiting/clock.ts";
import type { ByteStream, Exit, OpenLine } from "../transports/transport.ts";
import { within } from "../waiting/within.ts";
import { quote } from "../quote.ts";
import { isSeen } from "./exit.ts";
import { type Grace, type LeftProcess, buildStopScript, readStopReport } from "./stop-script.ts";

/** What is left of a command after it was stopped. */
export type Leftover =
  | { readonly kind: "nothing" }
  | { readonly kind: "processes"; readonly processes: readonly LeftProcess[] }
  /** We could not look; `pid` is its first process, when it had announced itself. */
  | { readonly kind: "unknown"; readonly pid?: number; readonly reason: string };

export interface Stoppable {
  readonly pid: Promise<number>;
  /** Where it runs besides a shell of ours, which goes on. */
  readonly session?: number | undefined;
  readonly ended: Promise<Exit>;
  readonly openControl: OpenLine;
  readonly clock: Clock;
  readonly grace: Grace;
}

/** The script comes by standard input: csh as a login shell takes no line ends in quotes. */
const READ_SCRIPT = `exec sh -c ${quote('eval "$(cat)" </dev/null')}`;
/** How long the host may take to open the second channel. */
const OPEN_PATIENCE_MS = 10_000;
/** What a busy host and a slow link may add to the time that the script itself takes. */
const SCRIPT_PATIENCE_MS = 20_000;

export async function stopGroup(command: Stoppable): Promise<Leftover> {
  const { clock, grace } = command;
  // It may still be on its way through start-up files; only then is there a pid to stop.
  const pid = await within(clock, grace.termMs, Promise.race([command.pid, command.ended]));
  if (typeof pid === "object") {
    return isSeen(pid)
      ? { kind: "nothing" }
      : { kind: "unknown", reason: "the connection is lost" };
  }
  if (pid === undefined) {
    return { kind: "unknown", reason: "it had not announced its process yet" };
  }
  const script = buildStopScript(pid, grace, command.session);
  const opening = command.openControl(READ_SCRIPT);
  try {
    const stream = await within(clock, OPEN_PATIENCE_MS, opening);
    const patienceMs = grace.termMs + grace.killMs + SCRIPT_PATIENCE_MS;
    const report = stream && (await within(clock, patienceMs, lookWhatIsLeft(stream, pid, script)));
    if (report !== undefined) return report;
  } catch (error) {
    return { kind: "unknown", pid, reason: error instanceof Error ? error.message : String(error) };
  }
  opening.then(
    (stream) => stream.close(),
    () => {}, // That it failed in the end changes nothing any more.
  );
  return { kind: "unknown", pid, reason: "the host does not answer" };
}

async function lookWhatIsLeft(stream: ByteStream, pid: number, script: string): Promise<Leftover> {
  const chunks: Buffer[] = [];
  stream.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.stderr.resume();
  stream.stdin.on("error", () => {}); // Whoever ends before it has read the script has told nothing, which is seen below.
  stream.stdin.end(script);
  const exit = await stream.exit;
  const processes = readStopReport(Buffer.concat(chunks).toString());
  if (processes === undefined) {
    const reason = isSeen(exit) ? "its processes could not be listed" : "the connection is lost";
    return { kind: "unknown", pid, reason };
  }
  return processes.length === 0 ? { kind: "nothing" } : { kind: "processes", processes };
}
