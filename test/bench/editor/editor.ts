// The bench `editor`: how long a person waits for an inline result, beside the least that any extension needs, and what it costs in memory.
import { setTimeout as wait } from "node:timers/promises";
import type { Bench, BenchContext, Figure } from "../frame/bench.ts";
import { plainFigure, ratioFigure, singleFigure } from "../frame/figures.ts";
import { type Contender, type Series, interleave } from "../frame/interleave.ts";
import { measureKeyPress } from "./key-press.ts";
import { readPssMegabytes } from "../frame/memory.ts";
import { measureTyping } from "./typing.ts";
import { type BenchWindow, openBenchWindow, openPlainWindow, shownText } from "./window.ts";

export const editor: Bench = {
  name: "editor",
  about: "from a key press to the inline result in a real VS Code, and the memory behind it",
  peers: {},
  measure,
};

async function measure(context: BenchContext): Promise<readonly Figure[]> {
  const { short, repetitions = short ? 3 : 40 } = context;
  const hosts = short ? 10 : 100;
  const window = await openBenchWindow(context, hosts);
  const memory = await measureMemory(window, { hosts, restMs: short ? 500 : 30_000 });
  const rounds = { repetitions, warmUps: 5 };
  const presses = await interleave([ours(window), bare(window)], rounds);
  const answers = await interleave([door(window)], rounds);
  const { huge } = window.project;
  await window.openMarked(huge);
  const marked = await interleave([ours(window), bare(window)], rounds);
  // Both are as old and show the same: only our extension tells them apart.
  const typists = [
    { name: "ours", window: await window.openAnother(huge) },
    { name: "without", window: await openPlainWindow(context, window.project) },
  ];
  const blocks = short ? 2 : (context.repetitions ?? 15);
  const keys = await measureTyping(typists, huge, { blocks, keysPerBlock: short ? 10 : 20 });
  const of = (all: ReadonlyMap<string, Series>, name: string) =>
    all.get(name) ?? { name, samples: [] };
  return [
    plainFigure(
      { name: "key to result", unit: "ms", against: "1 + 1 in 500 lines, ours, in the page" },
      of(presses, "ours"),
    ),
    plainFigure(
      { name: "key to decoration", unit: "ms", against: "a bare extension, in the page" },
      of(presses, "bare"),
    ),
    ratioFigure(
      {
        name: "ours / bare",
        unit: "x",
        goal: { relation: "<=", than: 2 },
        against: "key press to the decoration's node",
      },
      of(presses, "ours"),
      of(presses, "bare"),
    ),
    plainFigure(
      { name: "server and live", unit: "ms", against: "the same evaluation without VS Code" },
      of(answers, "door"),
    ),
    ratioFigure(
      {
        name: "ours / bare, marked",
        unit: "x",
        goal: { relation: "<=", than: 2 },
        against: "the same in 10,000 lines with all marks on",
      },
      of(marked, "ours"),
      of(marked, "bare"),
    ),
    plainFigure(
      { name: "typed key", unit: "ms", against: "in 10,000 lines with all marks on, in the page" },
      of(keys, "ours"),
    ),
    ratioFigure(
      {
        name: "typed key / without",
        unit: "x",
        goal: { relation: "<=", than: 1.15 },
        against: "the same in a window without our extension, blocks in turns",
      },
      of(keys, "ours"),
      of(keys, "without"),
    ),
    singleFigure(
      { name: "activation", unit: "ms", against: "of our extension" },
      window.activationMs,
    ),
    ...memoryFigures(memory, hosts),
  ];
}

function ours({ page, clear }: BenchWindow): Contender {
  return {
    name: "ours",
    ready: clear,
    measure: async () => ({ value: await measureKeyPress(page, "Control+Enter", shownText) }),
  };
}

function bare({ page, clear }: BenchWindow): Contender {
  return {
    name: "bare",
    ready: clear,
    measure: async () => ({ value: await measureKeyPress(page, "Control+F9", shownText) }),
  };
}

function door({ evaluate, project }: BenchWindow): Contender {
  return {
    name: "door",
    measure: async () => {
      const started = performance.now();
      await evaluate(project.long);
      return { value: performance.now() - started };
    },
  };
}

interface Memory {
  readonly idle: number;
  readonly connected: number;
}

async function measureMemory(
  window: BenchWindow,
  { hosts, restMs }: { hosts: number; restMs: number },
): Promise<Memory> {
  const { page, clear, project } = window;
  for (let count = 0; count < 10; count++) {
    await clear();
    await measureKeyPress(page, "Control+Enter", shownText);
  }
  await wait(restMs);
  const idle = await readPss(window, 0);
  await window.evaluate(project.fleet);
  await wait(restMs);
  return { idle, connected: await readPss(window, hosts) };
}

async function readPss({ status }: BenchWindow, connections: number): Promise<number> {
  const now = await status();
  const livePid = now.live.pid;
  if (livePid === undefined) throw new Error("there is no live process");
  if (now.connections !== connections) {
    throw new Error(`${now.connections} connections are kept, not ${connections}`);
  }
  return readPssMegabytes([now.pid, livePid]);
}

function memoryFigures({ idle, connected }: Memory, hosts: number): Figure[] {
  return [
    singleFigure(
      {
        name: "memory",
        unit: "MB",
        goal: { relation: "<=", than: 130 },
        against: "PSS of server and live process, at rest after ten evaluations",
      },
      idle,
    ),
    singleFigure(
      {
        name: "memory of connections",
        unit: "MB",
        goal: { relation: "<=", than: 30 },
        against: `more with ${hosts} kept connections`,
      },
      connected - idle,
    ),
  ];
}
