// The text of an output document: what a host printed in a run, step by step, with how each step ended.
import { plainText } from "re-ops/client";
import type { HostSummary, RunHeader, StepOutput } from "re-ops/protocol";
import { pathToFileURL } from "node:url";
import { formatBytes } from "./byte-sizes.ts";
import { formatDuration } from "./durations.ts";
import { hostWords, lookOfRun } from "./run-words.ts";

export interface OutputSource {
  readonly host: string;
  readonly header: RunHeader | undefined;
  /** For the code or signal with which a step ended. */
  readonly summary: HostSummary | undefined;
  readonly steps: readonly StepOutput[];
  readonly note: string | undefined;
}

export function describeOutput(source: OutputSource): string {
  const { host, header, steps, note } = source;
  const title = header === undefined ? host : `${header.title} · ${host}`;
  const state = header === undefined ? [] : [stateLine(header)];
  const blocks = steps.map((step) => stepBlock(step, source));
  const nothing = steps.length === 0 && note === undefined ? ["Nothing has started yet."] : [];
  const parts = [
    [title, ...state].join("\n"),
    ...blocks,
    ...(note === undefined ? nothing : [note]),
  ];
  return `${parts.join("\n\n")}\n`;
}

function stateLine({ state, ms, message }: RunHeader): string {
  const time = ms === undefined ? "" : ` after ${formatDuration(ms)}`;
  const because = message === undefined ? "" : `: ${message}`;
  return `Run: ${lookOfRun[state].words}${time}${because}`;
}

function stepBlock(step: StepOutput, { host, summary, steps }: OutputSource): string {
  const isLast = step === steps.at(-1);
  const known = isLast && summary?.state === step.state ? summary : undefined;
  const words = hostWords(known ?? { host, step: step.label, state: step.state });
  const time = step.ms === undefined ? "" : ` · ${formatDuration(step.ms)}`;
  return [
    `── ${String(step.index + 1)} · ${plainText(step.label)} · ${words}${time} ──`,
    ...text(step.out),
    ...(step.err === "" ? [] : ["── stderr ──", ...text(step.err)]),
    ...leftOut(step),
    ...(step.message === undefined ? [] : [`✗ ${step.message}`]),
    ...(step.next === undefined ? [] : [`  Next: ${step.next}`]),
  ].join("\n");
}

/** How a line begins that says how much is left out; a lens above it offers more. */
const LEFT_OUT = "── left out above: ";

/** The numbers of such lines, from 0. */
export function linesLeftOut(document: string): readonly number[] {
  return document
    .split("\n")
    .flatMap((line, number) => (line.startsWith(LEFT_OUT) ? [number] : []));
}

/** VS Code opens the addresses of files by itself. */
function leftOut({ hidden, lost, replaced, folder, bytes }: StepOutput): string[] {
  const files = (["out", "err"] as const).filter((stream) => bytes[stream] > 0);
  const where = files.map((stream) => pathToFileURL(`${folder ?? ""}/${stream}`).href).join(" ");
  return [
    ...(hidden > 0 ? [`${LEFT_OUT}${formatBytes(hidden)} ──`] : []),
    ...(replaced > 0
      ? [`── ${formatBytes(replaced)} here are not UTF-8 and stand as \uFFFD ──`]
      : []),
    ...(lost > 0 ? [`── not kept: ${formatBytes(lost)} between beginning and end ──`] : []),
    ...(folder === undefined ? [] : [`── as it came: ${where} ──`]),
  ];
}

function text(output: string): string[] {
  const plain = plainText(output).replace(/\n$/u, "");
  return plain === "" ? [] : [plain];
}
