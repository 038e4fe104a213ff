// The bench `evaluator`: what evaluating costs, in time and in memory, beside what JavaScript itself takes for it.
import path from "node:path";
import { temporaryFolder } from "../../support/temporary.ts";
import type { Bench, BenchContext, Figure } from "../frame/bench.ts";
import { plainFigure, ratioFigure } from "../frame/figures.ts";
import { median } from "../frame/statistics.ts";
import { measureHeap } from "./heap.ts";
import { measureLoop } from "./hot-loop.ts";
import { startLive } from "./live.ts";
import { measureLoads } from "./load.ts";
import { type FormSeries, measureForms } from "./one-form.ts";
import { writeProject } from "./project.ts";

export const evaluator: Bench = {
  name: "evaluator",
  about: "a form, a hot loop, a project of 200 files and the heap, beside plain JavaScript",
  peers: {},
  measure,
};

async function measure(context: BenchContext): Promise<readonly Figure[]> {
  const { short } = context;
  const folder = await temporaryFolder(context, "re-ops-evaluator-");
  const live = await startLive(context, folder);
  const forms = await measureForms(live, rounds(context, 30));
  const loop = await measureLoop(live, rounds(context, 15));
  const project = await writeProject(path.join(folder, "files"), short ? 20 : 200);
  const load = await measureLoads(project, path.join(folder, "caches"), rounds(context, 7));
  const count = short ? 1_000 : 10_000;
  const heaps = [
    await measureHeap("sum", folder, count),
    await measureHeap("function", folder, count),
    await measureHeap("edited", folder, count / 5),
  ] as const;
  return [
    ...formFigures(forms),
    ratioFigure(
      { name: "hot loop", unit: "x", goal: atMost(1.3), against: "a plain function, same loop" },
      loop("rewritten"),
      loop("plain"),
    ),
    plainFigure(
      { name: "load, node", unit: "ms", against: `${project.files} files` },
      load("node"),
    ),
    plainFigure({ name: "load, ours", unit: "ms", against: "the same files" }, load("ours")),
    ratioFigure(
      { name: "load / node", unit: "x", goal: atMost(5), against: "Node's own type stripping" },
      load("ours"),
      load("node"),
    ),
    ratioFigure(
      { name: "load again / node", unit: "x", goal: atMost(1), against: "cache folder kept" },
      load("ours, again"),
      load("node"),
    ),
    plainFigure(
      {
        name: "heap, 1 + 1",
        unit: "KB",
        goal: atMost(3),
        against: `each of ${count}, in 100 places`,
      },
      heaps[0],
    ),
    plainFigure(
      {
        name: "heap, ten lines",
        unit: "KB",
        goal: atMost(6),
        against: `each of ${count}, all other text`,
      },
      heaps[1],
    ),
    plainFigure(
      {
        name: "heap, edited",
        unit: "KB",
        goal: atMost(6),
        against: `each of ${count / 5}, ten lines of 5,000`,
      },
      heaps[2],
    ),
  ];
}

function formFigures(forms: FormSeries): Figure[] {
  const evalMs = median(forms("eval").samples) ?? Number.NaN; // then no form is judged to be quick
  const goal = atMost(Math.max(2, Number((3 * evalMs).toFixed(2))));
  return [
    plainFigure({ name: "eval", unit: "ms", against: "its compiled text" }, forms("eval")),
    plainFigure(
      { name: "form", unit: "ms", goal, against: "500 lines, 3x eval or 2 ms" },
      forms("same 500"),
    ),
    plainFigure(
      { name: "form, edited", unit: "ms", goal, against: "the same, edited before" },
      forms("edited 500"),
    ),
    ratioFigure(
      { name: "5000 / 500 lines", unit: "x", goal: atMost(1.3), against: "text as it stood" },
      forms("same 5000"),
      forms("same 500"),
    ),
    ratioFigure(
      { name: "5000 / 500, edited", unit: "x", goal: atMost(1.3), against: "text edited before" },
      forms("edited 5000"),
      forms("edited 500"),
    ),
  ];
}

function atMost(than: number) {
  return { relation: "<=", than } as const;
}

function rounds({ short, repetitions }: BenchContext, full: number) {
  return { repetitions: repetitions ?? (short ? 2 : full), warmUps: short ? 1 : 3 };
}
