// The console of user code: what an evaluation prints goes to whoever asked for that evaluation.
import { Console } from "node:console";
import { Writable } from "node:stream";

export interface CaptureOptions {
  /** The evaluation that the running code belongs to. */
  readonly evaluationIdOf: () => string | undefined;
  readonly onConsole: (evaluationId: string, stream: "out" | "err", text: string) => void;
}

/** Evaluations whose console is remembered, with its groups, counts and timers. */
const MOST_CONSOLES = 64;

/** Replaces the methods of the global console until it is disposed; outside evaluations they do what they did. */
export function captureConsole(options: CaptureOptions): { dispose(): void } {
  const consoles = new Map<string, Console>();
  const target = globalThis.console as unknown as Record<string, unknown>;
  const originals = new Map<string, Method>();
  for (const [name, method] of Object.entries(target)) {
    if (isMethod(method) && name in Console.prototype) originals.set(name, method);
  }
  for (const [name, original] of originals) {
    target[name] = (...parts: unknown[]) => {
      const id = options.evaluationIdOf();
      if (id === undefined) return original(...parts);
      const own = consoleOf(id, consoles, options) as unknown as Record<string, Method>;
      return own[name]?.(...parts);
    };
  }
  return {
    dispose() {
      for (const [name, original] of originals) target[name] = original;
    },
  };
}

type Method = (...parts: unknown[]) => unknown;

function isMethod(value: unknown): value is Method {
  return typeof value === "function";
}

function consoleOf(id: string, consoles: Map<string, Console>, options: CaptureOptions): Console {
  const known = consoles.get(id);
  if (known !== undefined) return known;
  const stdout = streamTo((text) => options.onConsole(id, "out", text));
  const stderr = streamTo((text) => options.onConsole(id, "err", text));
  const created = new Console({ stdout, stderr, colorMode: false });
  consoles.set(id, created);
  const [oldest] = consoles.keys();
  if (consoles.size > MOST_CONSOLES && oldest !== undefined) consoles.delete(oldest);
  return created;
}

function streamTo(write: (text: string) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk: unknown, _encoding, done) {
      write(String(chunk));
      done();
    },
  });
}
