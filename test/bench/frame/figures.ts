// Makes figures of what was measured: plain ones, ratios and differences, each without a value when one of its parts has none.
import type { Figure, Goal } from "./bench.ts";
import type { Series } from "./interleave.ts";
import { median } from "./statistics.ts";

interface Naming {
  readonly name: string;
  readonly unit: string;
  readonly goal?: Goal;
  readonly against: string;
}

/** The median of a series. */
export function plainFigure(naming: Naming, series: Series): Figure {
  const value = median(series.samples);
  return { ...naming, ...because([series]), value, samples: series.samples };
}

/** One value that was read once. */
export function singleFigure(naming: Naming, value: number): Figure {
  return { ...naming, value, samples: [value] };
}

/** How many times the median of `above` is that of `below`; its samples are the ratios of the single rounds. */
export function ratioFigure(naming: Naming, above: Series, below: Series): Figure {
  const pairs = above.samples.map((sample, round) => sample / (below.samples[round] ?? Number.NaN));
  const value = combine(above, below, (a, b) => a / b);
  return { ...naming, ...because([above, below]), value, samples: pairs };
}

/** The median of `more` minus that of `less`, as a percentage of the median of `whole`. */
export function shareFigure(naming: Naming, more: Series, less: Series, whole: Series): Figure {
  const difference = combine(more, less, (a, b) => a - b);
  const all = median(whole.samples);
  const value =
    difference === undefined || all === undefined ? undefined : (difference / all) * 100;
  const samples = value === undefined ? [] : [value];
  return { ...naming, ...because([more, less, whole]), value, samples };
}

/** A figure whose parts could not be measured at all. */
export function missingFigure(naming: Naming, why: string): Figure {
  return { ...naming, value: undefined, samples: [], why };
}

function combine(a: Series, b: Series, how: (a: number, b: number) => number): number | undefined {
  const [first, second] = [median(a.samples), median(b.samples)];
  return first === undefined || second === undefined ? undefined : how(first, second);
}

function because(series: readonly Series[]): { why?: string } {
  const faults = series.flatMap(({ name, samples, wrong }) => {
    if (wrong !== undefined) return [`${name}: ${wrong}`];
    return samples.length === 0 ? [`${name}: was not measured`] : [];
  });
  return faults.length === 0 ? {} : { why: faults.join("; ") };
}
