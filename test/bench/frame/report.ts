// What a bench prints: a table for people, then one line of JSON for programs.
import { type Figure, describeGoal, isMet } from "./bench.ts";

/** Aligned columns, a line a figure; then why what is missing is missing. */
export function describeFigures(figures: readonly Figure[]): string {
  const header = ["figure", "median", "min", "max", "unit", "n", "goal", "", "against"];
  const rows = [header, ...figures.map(describeRow)];
  const widths = header.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) => row.map((cell, column) => pad(cell, column, widths)).join("  "));
  const reasons = figures.flatMap(({ name, why }) =>
    why === undefined ? [] : [`${name}: ${why}`],
  );
  return [...lines.map((line) => line.trimEnd()), ...reasons, ""].join("\n");
}

/** The last line: every figure that has a goal. `value` is null where nothing could be measured. */
export function describeAsJson(bench: string, figures: readonly Figure[]): string {
  const judged = figures.flatMap((figure) => {
    const { name, unit, goal, value } = figure;
    if (goal === undefined) return [];
    const rounded = value === undefined ? null : Number(value.toPrecision(4));
    return [[name, { value: rounded, unit, goal: describeGoal(goal), ok: isMet(figure) }] as const];
  });
  return JSON.stringify({ bench, figures: Object.fromEntries(judged) });
}

function describeRow(figure: Figure): string[] {
  const { name, unit, value, samples, goal, against } = figure;
  const spread = samples.length > 1 ? [Math.min(...samples), Math.max(...samples)] : [];
  return [
    name,
    value === undefined ? "none" : round(value),
    ...[0, 1].map((index) => (spread[index] === undefined ? "" : round(spread[index]))),
    unit,
    String(samples.length),
    goal === undefined ? "" : describeGoal(goal),
    isMet(figure) ? (goal === undefined ? "" : "✔") : "✖",
    against,
  ];
}

const rightAligned = new Set([1, 2, 3, 5]);

function pad(cell: string, column: number, widths: readonly number[]): string {
  const width = widths[column] ?? 0;
  return rightAligned.has(column) ? cell.padStart(width) : cell.padEnd(width);
}

function round(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}
