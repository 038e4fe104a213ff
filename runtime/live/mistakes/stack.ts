// The stack of an error as places in files: the user's own each, those of a package folded, Node's and ours left out.
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Frame, Trace } from "../../protocol/evaluation.ts";

/** Whose file it is: an error is shown at the first frame of the user's. */
export type Origin = "user" | "package" | "other";

/** A stack text may be made by anybody. */
const LONGEST_STACK = 100_000;
const MOST_FRAMES = 50;

export function traceOf(error: object, originOf: (file: string) => Origin): Trace {
  const stack: unknown = "stack" in error ? error.stack : undefined;
  if (typeof stack !== "string") return [];
  const trace: Trace[number][] = [];
  let asked: number | undefined; // Outside of this is who asked us to evaluate: none of the user's code.
  for (const line of stack.slice(0, LONGEST_STACK).split("\n")) {
    const frame = frameIn(line);
    if (frame === undefined || trace.length >= MOST_FRAMES) continue;
    const origin = originOf(frame.file);
    if (origin === "other") asked ??= trace.length;
    if (origin === "package") fold(trace, packageOf(frame.file));
    if (origin !== "user") continue;
    trace.push(frame);
    asked = undefined;
  }
  return trace.slice(0, asked);
}

export function firstFrame(trace: Trace): Frame | undefined {
  return trace.find((one) => "file" in one);
}

/** Names as the user wrote them: V8 quotes the rewritten ones. */
export function plainNames(message: string): string {
  return message
    .replaceAll(/\(0 ?, ?\$(?:file|repl)_*\.([\p{ID_Continue}$]+)\)/gu, "$1")
    .replaceAll(/\$(?:file|repl)_*\.([\p{ID_Continue}$]+)/gu, "$1");
}

function fold(trace: Trace[number][], from: string): void {
  const last = trace.at(-1);
  const isSame = last !== undefined && "from" in last && last.from === from;
  if (isSame) trace[trace.length - 1] = { from, count: last.count + 1 };
  else trace.push({ from, count: 1 });
}

/** Such as `node_modules/@scope/name`, of the innermost one. */
function packageOf(file: string): string {
  const parts = file.split(path.sep);
  const [name = "", inner = ""] = parts.slice(parts.lastIndexOf("node_modules") + 1);
  return ["node_modules", name, ...(name.startsWith("@") ? [inner] : [])].join("/");
}

/** Of `at name (file:line:column)`, `at async name (…)`, or `at file:line:column`. */
export function frameIn(text: string): Frame | undefined {
  const [, called, where] = /^\s+at (?:async )?(?:(.*) \((.*)\)|.*)$/.exec(text) ?? [];
  const place = where ?? text.replace(/^\s+at (?:async )?/, "");
  const [, address, line, column] = /^(.*):(\d+):(\d+)$/.exec(place) ?? [];
  if (address === undefined || address.startsWith("node:")) return undefined;
  const file = address.startsWith("file:") ? fileURLToPath(address) : address;
  if (!path.isAbsolute(file)) return undefined;
  // The body of a form has no name of its own: V8 calls it `eval`.
  const isNamed = called !== undefined && called !== "eval" && called !== "<anonymous>";
  return {
    file: file.replace(/\?\d+$/, ""),
    line: Number(line),
    column: Number(column),
    ...(isNamed ? { functionName: plainNames(called) } : {}),
  };
}
