// This machine as a host whose login shell is a given program: scripts run there in resident shells, and command lines are counted.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { TestContext } from "node:test";
import { type ExecuteOptions, type ShellEnd, execute } from "../../runtime/engine/shell/execute.ts";
import { type ShellRoom, createResidents } from "../../runtime/engine/shell/residents.ts";
import { type StepWatchOptions, watchStep } from "../../runtime/engine/shell/step-watch.ts";
import { createLocalTransport } from "../../runtime/engine/transports/local/local.ts";
import type { OpenLine } from "../../runtime/engine/transports/transport.ts";
import { type Clock, systemClock } from "../../runtime/engine/waiting/clock.ts";
import { orAborted } from "../../runtime/engine/waiting/or-aborted.ts";
import { temporaryFolder } from "../support/temporary.ts";

const { signal: never } = new AbortController();

export interface Ran {
  readonly end: ShellEnd;
  readonly out: string;
  readonly err: string;
}

type RunOptions = Partial<StepWatchOptions & Pick<ExecuteOptions, "onOutput" | "openControl">>;

export interface Machine {
  run(script: string, options?: RunOptions): Promise<Ran>;
  /** Opens a command line beside the shells. */
  open: OpenLine;
  /** Command lines that were handed to the login shell. */
  opened(): number;
  /** How many of them nobody has closed, and have not ended. */
  living(): number;
}

export async function startMachine(
  t: TestContext,
  loginShell: string,
  more: {
    environment?: Readonly<Record<string, string>>;
    clock?: Clock;
    /** Resolves when so many command lines and one more have room. */
    hasRoom?: (opened: number) => Promise<void>;
  } = {},
): Promise<Machine> {
  const HOME = await temporaryFolder(t);
  const { clock = systemClock, environment, hasRoom = () => Promise.resolve() } = more;
  const transport = createLocalTransport({
    environment: { PATH: process.env["PATH"] ?? "", HOME, ...environment },
    shell: loginShell,
  });
  const target = { host: "localhost", auth: {}, connectTimeoutMs: 1000 };
  const connection = await (await transport.route(target)).connect(1000, never);
  t.after(() => connection.dispose());
  let opened = 0;
  const living = new Set<object>();
  const open = async (line: string) => {
    opened += 1;
    const stream = await connection.open(line);
    const end = () => void living.delete(stream);
    living.add(stream);
    void stream.exit.then(end);
    const close = () => {
      stream.close();
      end();
    };
    const answerWithin = <T>(_timeoutMs: number, answer: Promise<T>) => answer;
    return { ...stream, close, rest: () => () => {}, answerWithin };
  };
  const room: ShellRoom = {
    async open(line, _timeoutMs, signal) {
      await orAborted(hasRoom(opened), signal);
      return open(line);
    },
    wereUsed: () => true,
  };
  const residents = createResidents(room, clock);
  return {
    open,
    opened: () => opened,
    living: () => living.size,
    async run(script, options) {
      const text = { out: "", err: "" };
      const watch = watchStep({ signal: never, ...options, clock });
      const ending = execute((sent) => residents.start(sent, 1000), script, {
        openControl: open,
        ...options,
        watch,
        clock,
        onOutput(stream, chunk) {
          text[stream] += chunk.toString();
          return options?.onOutput?.(stream, chunk);
        },
      });
      const end = await ending.finally(watch.forget);
      return { end, ...text };
    },
  };
}

/** A login shell that comes to nothing before it becomes a resident, as long as the file is there. */
export async function makeHanging(t: TestContext): Promise<{ shell: string; file: string }> {
  const folder = await temporaryFolder(t);
  const [shell, file] = [path.join(folder, "hanging"), path.join(folder, "hangs")];
  const text = `case $2 in *reops_prove*) while [ -e ${file} ]; do sleep 0.1; done;; esac`;
  await writeFile(shell, `#!/bin/sh\n${text}\nexec sh "$@"\n`, { mode: 0o755 });
  await writeFile(file, "");
  return { shell, file };
}
