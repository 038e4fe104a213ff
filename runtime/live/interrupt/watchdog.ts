// A thread beside user code, which it cannot block: breaks off its loops when the server says so, and ends the processes when the server is gone.
// It imports nothing but Node's own modules, so that it costs little memory while it waits.
import { Session } from "node:inspector";
import { Socket } from "node:net";
import { createInterface } from "node:readline";
import { workerData } from "node:worker_threads";

interface Channel {
  /** The descriptor that leads to the server. */
  readonly fd: number;
  /** An expression that says, in the thread of user code, what is to be done: `%` stands for the line. */
  readonly look: string;
  /** How long user code has to see for itself that the server is gone. */
  readonly graceMs: number;
}

/** Who has used less of the processor in this time waits for something outside of JavaScript. */
const BLOCKED = { afterMs: 200, cpuMs: 5 };

const { fd, look, graceMs } = workerData as Channel;
const channel = new Socket({ fd, readable: true, writable: true });
const lines = createInterface(channel);
for (const source of [channel, lines]) source.on("error", () => undefined); // `close` comes too
lines.on("line", breakOff);
channel.on("close", () => setTimeout(endAll, graceMs));

function breakOff(line: string): void {
  const session = new Session();
  session.connectToMainThread();
  const before = cpuMsOfOthers();
  const unheard = setTimeout(() => {
    if (cpuMsOfOthers() - before < BLOCKED.cpuMs) tell("blocked");
  }, BLOCKED.afterMs);
  // Both messages reach a thread that loops between two turns of the loop; one that waits in native code gets neither.
  const expression = look.replace("%", () => JSON.stringify(line));
  session.post("Runtime.evaluate", { expression, returnByValue: true }, (error, answer) => {
    clearTimeout(unheard);
    const verdict: unknown = error === null ? answer.result.value : String(error);
    if (verdict === "break") session.post("Runtime.terminateExecution", () => session.disconnect());
    else session.disconnect();
    tell(String(verdict));
  });
}

function tell(verdict: string): void {
  channel.write(`${verdict}\n`);
}

/** Milliseconds that the other threads of this process have run. */
function cpuMsOfOthers(): number {
  const [all, own] = [process.cpuUsage(), process.threadCpuUsage()];
  return (all.user + all.system - own.user - own.system) / 1000;
}

function endAll(): void {
  try {
    process.kill(-process.pid, "SIGKILL");
  } catch {
    process.kill(process.pid, "SIGKILL"); // it leads no process group
  }
}
