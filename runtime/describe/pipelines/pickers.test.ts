// Pickers against a plain model: whatever a pipeline did, they pick exactly those hosts that its summary shows and does not mark as picked away.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { answered, scriptedEvaluation, type Answer } from "../../../test/support/scripted-port.ts";
import { inEvaluation } from "../../port.ts";
import {
  exec,
  failed,
  Hosts,
  ofKind,
  pick,
  pretty,
  run,
  successful,
  timedOut,
  unreachable,
  type FailureKind,
  type Picker,
} from "../../public.ts";

const KINDS: readonly FailureKind[] = [
  "exited",
  "unreachable",
  "refused",
  "timedOut",
  "cancelled",
  "skipped",
  "unknown",
];
type End = FailureKind | "success";

/** What a picker means, said as plainly as possible. */
const MEANING: readonly (readonly [Picker, (end: End) => boolean])[] = [
  [successful, (end) => end === "success"],
  [failed, (end) => end !== "success"],
  [unreachable, (end) => end === "unreachable"],
  [timedOut, (end) => end === "timedOut"],
  ...KINDS.map((kind) => [ofKind(kind), (end: End) => end === kind] as const),
  [ofKind("cancelled", "unknown"), (end) => end === "cancelled" || end === "unknown"],
];

/** One host of the model: how its last step ended there, and whether it goes on, stays behind, or was picked away. */
interface ModelHost {
  readonly host: string;
  end: End | undefined;
  where: "on" | "behind" | "away";
}

type ModelStage =
  | { readonly kind: "step"; readonly ends: readonly End[] }
  | { readonly kind: "picker"; readonly which: number }
  | { readonly kind: "predicate"; readonly among: readonly boolean[] };

class Model {
  readonly hosts: readonly ModelHost[];
  isOver = false;

  constructor(names: readonly string[]) {
    this.hosts = names.map((host) => ({ host, end: undefined, where: "on" }));
  }

  /** Whom a picker can take: the lines of a summary that are not marked as picked away. */
  canBePicked(): readonly ModelHost[] {
    return this.hosts.filter(({ end, where }) => end !== undefined && where !== "away");
  }

  /** The lines of a summary: who goes on, who failed; when nobody is left, whoever failed and was picked away too. */
  shown(): readonly ModelHost[] {
    if (this.isOver && this.#nobodyFailed()) return [];
    const inOutcome = this.canBePicked();
    if (inOutcome.some(({ where }) => where === "on")) {
      return inOutcome.toSorted((a, b) => Number(a.where !== "on") - Number(b.where !== "on"));
    }
    return this.hosts.filter(({ end }) => end !== undefined && end !== "success");
  }

  apply(stage: ModelStage): void {
    if (this.isOver) return;
    if (stage.kind === "step") this.#step(stage.ends);
    else if (stage.kind === "picker") this.#pick(MEANING[stage.which]?.[1] ?? (() => false));
    else this.#keep(stage.among);
  }

  #step(ends: readonly End[]): void {
    for (const [index, one] of this.hosts.entries()) {
      if (one.where !== "on") continue;
      one.end = ends[index] ?? "success";
      if (one.end !== "success") one.where = "behind";
    }
  }

  #pick(isMeant: (end: End) => boolean): void {
    if (this.canBePicked().length === 0) return;
    const picked = new Set(
      this.canBePicked().filter(({ end }) => end !== undefined && isMeant(end)),
    );
    this.isOver = picked.size === 0;
    for (const one of this.hosts) {
      if (picked.has(one)) one.where = "on";
      else if (picked.size > 0 || one.end === "success") one.where = "away";
      else if (one.where === "on") one.where = "behind";
    }
  }

  #keep(among: readonly boolean[]): void {
    if (!this.hosts.some(({ where }) => where === "on")) return;
    for (const [index, one] of this.hosts.entries()) {
      if (one.where !== "on" || (one.end === "success" && among[index] === true)) continue;
      one.where = one.end === "success" ? "away" : "behind";
    }
    this.isOver = !this.hosts.some(({ where }) => where === "on");
  }

  #nobodyFailed(): boolean {
    return this.hosts.every(({ end }) => end === "success" || end === undefined);
  }
}

const HOSTS = 5;
const end: fc.Arbitrary<End> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<End>("success") },
  { weight: 4, arbitrary: fc.constantFrom<End>(...KINDS) },
);
const ofEachHost = <T>(one: fc.Arbitrary<T>) =>
  fc.array(one, { minLength: HOSTS, maxLength: HOSTS });
const step = fc.record({ kind: fc.constant("step" as const), ends: ofEachHost(end) });
const stage: fc.Arbitrary<ModelStage> = fc.oneof(
  step,
  fc.record({ kind: fc.constant("picker" as const), which: fc.nat(MEANING.length - 1) }),
  fc.record({ kind: fc.constant("predicate" as const), among: ofEachHost(fc.boolean()) }),
);
const pipeline = fc.tuple(step, fc.array(stage, { maxLength: 5 }));

const names = Array.from({ length: HOSTS }, (_, index) => `host-${index}`);

test("after any pipeline, each picker takes the hosts that the summary shows, in their order, and the next summary shows these alone", async () => {
  const form = fc.constantFrom("outcome" as const, "run" as const, "promise" as const);
  await fc.assert(
    fc.asyncProperty(pipeline, form, async ([first, rest], form) => {
      const made: readonly ModelStage[] = [first, ...rest];
      const model = new Model(names);
      for (const one of made) model.apply(one);
      const evaluation = scriptedEvaluation(answerAs(made));
      const source = exec(new Hosts({}, names), "0");
      const stages = made.map(stageOf).slice(1) as [];
      const previous = inEvaluation(evaluation, () => run(source, ...stages, pretty()));
      const outcome = await previous;
      assert.deepEqual(readSummary(evaluation.printed()), model.shown().map(lineOf));
      const forms = { outcome, run: previous, promise: Promise.resolve(outcome) };
      for (const [picker, isMeant] of MEANING) {
        const again = scriptedEvaluation();
        await inEvaluation(again, () => run(forms[form], pick(picker), exec("again"), pretty()));
        const meant = model
          .canBePicked()
          .flatMap(({ host, end }) => (end && isMeant(end) ? [host] : []));
        assert.deepEqual(
          again.steps.flatMap(({ target }) => target.hosts),
          meant,
          picker.name,
        );
        assert.deepEqual(
          readSummary(again.printed()),
          meant.map((host) => `${host} success`),
        );
      }
    }),
    { numRuns: 300 },
  );
});

/** The stage at this place of the pipeline: a step is known by it. */
function stageOf(stage: ModelStage, place: number) {
  if (stage.kind === "step") return exec(String(place));
  if (stage.kind === "picker") return pick(MEANING[stage.which]?.[0] ?? failed);
  return pick((_value, { host }) => stage.among[names.indexOf(host)] === true);
}

function answerAs(stages: readonly ModelStage[]): Answer {
  return (host, { script, label }) => {
    const stage = stages[Number(script)];
    const kind = (stage?.kind === "step" && stage.ends[names.indexOf(host)]) || "success";
    if (kind === "success") return answered(host);
    return { host, kind, step: label, message: kind, next: "", ms: 1 };
  };
}

function lineOf({ host, end, where }: ModelHost): string {
  return `${host} ${String(end)}${where === "away" ? " away" : ""}`;
}

/** How a host failed stands in the message that the answer gave it. */
function readSummary(text: string): readonly string[] {
  return text.split("\n").flatMap((line) => {
    const [, ok, failed, kind, away = ""] =
      /^ {2}(?:✔ (\S+)|x (\S+) - (?:exec \d+: )?(\w+)(?: \(picked( away)\))?)$/u.exec(line) ?? [];
    if (ok !== undefined) return [`${ok} success`];
    return failed === undefined ? [] : [`${failed} ${String(kind)}${away}`];
  });
}
