// Joins what is written with what was evaluated: the mark of each form of a text.
import type { FormMark } from "re-ops/protocol";
import { standingKey } from "re-ops/syntax";
import type { FileStandings, StoodForm } from "../live/standings.ts";
import type { MarkedForm, MarkedForms } from "./marked-forms.ts";

/** In source order; none in a file of which nothing was ever evaluated. */
export function marksOf(
  { forms, isWhole }: MarkedForms,
  standings: FileStandings | undefined,
): FormMark[] {
  if (standings === undefined) return [];
  const ancestors = followForms(forms, standings, isWhole);
  const declared = new Set(
    [...standings.forms.values()].flatMap(({ inRepl, names }) =>
      names.map((name) => declarationKey(inRepl, name)),
    ),
  );
  return forms.map((form, index) => {
    const { line, inRepl, names, code } = form;
    const stood = standings.forms.get(form.key);
    if (stood !== undefined) return { line, ...stateOf(form, stood) };
    const ancestor = standingKey({ inRepl, names: [], code: ancestors[index] ?? code });
    const wasEvaluated =
      names.length > 0
        ? names.some((name) => declared.has(declarationKey(inRepl, name)))
        : standings.forms.has(ancestor);
    return { line, state: wasEvaluated ? "edited" : "never" };
  });
}

/** The code that each form had when it was evaluated, or its own. */
function followForms(
  forms: readonly MarkedForm[],
  { forms: stood, lineage }: FileStandings,
  isWhole: boolean,
): readonly string[] {
  const codes = forms.map(({ code }) => code);
  const ancestors = lineage.ancestorsOf(codes).map((ancestor, index) => {
    const form = forms[index];
    return form !== undefined && stood.has(form.key) ? form.code : ancestor;
  });
  if (isWhole) lineage.follow(codes, ancestors);
  return ancestors;
}

/** Declarations that were taken apart are known one by one. */
function declarationKey(inRepl: boolean, name: string): string {
  return standingKey({ inRepl, names: [name], code: "" });
}

function stateOf({ code }: MarkedForm, stood: StoodForm): Omit<FormMark, "line"> {
  const older = stood.older.length > 0 ? { older: stood.older } : {};
  if (stood.failedCode === code) return { state: "failed", ...older };
  if (stood.code !== code) return { state: "edited", ...older };
  return { state: stood.older.length > 0 ? "older" : "current", ...older };
}
