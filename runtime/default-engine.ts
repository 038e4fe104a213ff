// The engine of a plain script, `node FILE.ts`: opened by its first run, gone with the script.
// This is one of the two files that may hold module state: a script has nobody who could hand it an engine.
import path from "node:path";
import { PROGRAM_MISTAKE, Verdict } from "./in-process/exit-code.ts";
import { describeCancel, describeLeft } from "./in-process/cancel-words.ts";
import { lazyEngine } from "./in-process/lazy-engine.ts";
import { recordRuns, type RecorderOptions } from "./in-process/run-recorder.ts";
import { exitCodeOfSignal, onStopSignal } from "./in-process/stop-signals.ts";
import { setFallbackEvaluation, type CancelReport, type Evaluation } from "./port.ts";

let current: Evaluation | undefined;

/** Makes this process a plain script, unless somebody composed it as something else. */
export function registerDefaultEngine(): void {
  setFallbackEvaluation(() => (current ??= openScript()));
}

function openScript(): Evaluation {
  const stop = new AbortController();
  const script = process.argv[1];
  const directory = script === undefined ? process.cwd() : path.dirname(script);
  const engine = lazyEngine(directory, process.env);
  const verdict = new Verdict();
  const signals = stopWhileBusy(stop);
  const recorder = recordRuns(engine.port, {
    keepOutput: false,
    onOver: (run) => {
      verdict.addRun(run);
    },
    ...signals,
  });
  process.on("exit", () => {
    const underWay = recorder.underWay();
    for (const run of underWay) verdict.addRun(run);
    for (const line of describeLeft(underWay, engine)) process.stderr.write(`re-ops: ${line}\n`);
    process.exitCode ??= verdict.exitCode;
  });
  process.on("uncaughtExceptionMonitor", () => {
    process.once("exit", () => (process.exitCode = PROGRAM_MISTAKE));
  });
  process.on("beforeExit", () => void engine.dispose());
  return {
    signal: stop.signal,
    port: recorder.port,
    console: {
      write(stream, text) {
        process[stream === "out" ? "stdout" : "stderr"].write(text);
      },
    },
  };
}

/** Only while something runs on hosts does a script of somebody else's listen to signals for it. */
function stopWhileBusy(stop: AbortController): Pick<RecorderOptions, "onBusy" | "onCancelled"> {
  const reports: CancelReport[] = [];
  let stoppedBy: NodeJS.Signals | undefined;
  let ignore = () => {};
  return {
    onCancelled: (report) => {
      if (stoppedBy !== undefined) reports.push(report);
    },
    onBusy: (busy) => {
      ignore();
      if (busy) {
        ignore = onStopSignal((signal) => {
          process.stderr.write("re-ops: stopping what runs on the hosts\n");
          stoppedBy = signal;
          stop.abort(new Error(signal));
        });
      } else if (stoppedBy !== undefined) {
        process.stderr.write(`re-ops: ${describeCancel(reports)}\n`);
        if (process.listenerCount(stoppedBy) === 0) process.exit(exitCodeOfSignal(stoppedBy));
      }
    },
  };
}
