// The text of an output document: what a host printed in a run, step by step, with how each step ended.
import type { HostSummary, RunHeader, StepOutput } from "re-ops/protocol";
import { formatBytes } from "./byte-sizes.ts";
import { formatDuration } from "./durations.ts";
import { plainText } from "./plain-text.ts";
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
    ...(step.cut > 0 ? [`── ${formatBytes(step.cut)} of output was cut here ──`] : []),
    ...(step.message === undefined ? [] : [`✗ ${step.message}`]),
    ...(step.next === undefined ? [] : [`  Next: ${step.next}`]),
  ].join("\n");
}

function text(output: string): string[] {
  const plain = plainText(output).replace(/\n$/u, "");
  return plain === "" ? [] : [plain];
}
