// A project of a few files in a temporary folder, evaluated as an editor would: by cursor, by selection, or whole.
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { createEvaluator } from "../../runtime/live/evaluator.ts";
import type { EvaluateRequest, EvaluateResult, Evaluator } from "../../runtime/live/evaluator.ts";
import { rangeAt } from "../../runtime/live/text/ranges.ts";
import type { RangeMode } from "../../runtime/live/text/ranges.ts";
import type { EvaluationError } from "../../runtime/protocol/evaluation.ts";
import { composeWorkflow } from "../../runtime/live/workflow.ts";
import { inEvaluation, type RefreshReport } from "../../runtime/port.ts";
import { scriptedEvaluation } from "./scripted-port.ts";
import { temporaryFolder } from "./temporary.ts";
import type { Ending } from "./temporary.ts";

type Value = Extract<EvaluateResult, { kind: "value" }>;

export interface LiveProject {
  readonly folder: string;
  readonly evaluator: Evaluator;
  readonly printed: { id: string; stream: "out" | "err"; text: string }[];
  /** Remarks of what was evaluated. */
  readonly notes: string[];
  /** Writes a file to disk, and makes its text the editor's. */
  write(file: string, text: string): Promise<void>;
  /** Changes the editor's text only. */
  edit(file: string, from: string, to: string): void;
  /** Evaluates with the cursor at the first place of `at`, and gives what came of it. */
  press(file: string, at: string, mode?: RangeMode): Promise<EvaluateResult>;
  /** Alt+Enter, which must succeed. */
  form(file: string, at: string): Promise<Value>;
  /** Evaluates `text` as if it stood alone at the end of the file; the value. */
  value(file: string, text: string): Promise<unknown>;
  /** The same, which must fail. */
  error(file: string, text: string): Promise<EvaluationError>;
  /** Loads a file with the editor's text; it must succeed. */
  load(file: string): Promise<Value>;
  evaluate(file: string, request: Partial<EvaluateRequest>): Promise<EvaluateResult>;
  /** Evaluates anew what changed on disk, as the editor's command does. */
  refresh(which: { readonly all: boolean }): Promise<RefreshReport>;
  path(file: string): string;
}

export interface LiveProjectOptions {
  readonly reops?: object;
  readonly isPureCallee?: (name: string) => boolean;
  readonly compiledFolder?: string;
}

export async function liveProject(
  test: Ending,
  files: Readonly<Record<string, string>>,
  { reops = {}, ...options }: LiveProjectOptions = {},
): Promise<LiveProject> {
  const folder = await temporaryFolder(test);
  const texts = new Map<string, string>();
  const printed: LiveProject["printed"] = [];
  const notes: string[] = [];
  const evaluations = new AsyncLocalStorage<string>();
  const evaluator = createEvaluator({
    projectFolder: folder,
    reopsExports: () => Promise.resolve(reops),
    evaluationIdOf: () => evaluations.getStore(),
    onConsole: (id, stream, text) => printed.push({ id, stream, text }),
    ...options,
  });
  test.after(() => evaluator.dispose());
  const refuse = () => Promise.reject(new Error("there are no components here"));
  const workflow = composeWorkflow(evaluator, { go: refuse, stop: refuse, reset: refuse });
  let count = 0;

  const textOf = (file: string) => texts.get(file) ?? "";
  const pathOf = (file: string) => path.join(folder, file);
  const note = (remark: string) => void notes.push(remark);
  const within = <T>(id: string, body: () => T): T =>
    evaluations.run(id, () => inEvaluation({ ...scriptedEvaluation(), id, workflow, note }, body));
  const evaluate = (file: string, request: Partial<EvaluateRequest>) => {
    const evaluationId = request.evaluationId ?? `evaluation ${(count += 1)}`;
    const text = request.text ?? textOf(file);
    const whole = { evaluationId, file: pathOf(file), text, start: 0, end: text.length };
    return within(evaluationId, () => evaluator.evaluate({ ...whole, ...request }));
  };
  const project: LiveProject = {
    folder,
    evaluator,
    printed,
    notes,
    evaluate,
    refresh: (which) => within("refresh", () => evaluator.refresh(which)),
    path: pathOf,
    async write(file, text) {
      texts.set(file, text);
      await mkdir(path.dirname(pathOf(file)), { recursive: true });
      await writeFile(pathOf(file), text);
    },
    edit(file, from, to) {
      assert.ok(textOf(file).includes(from), `${file} has no ${from}`);
      texts.set(
        file,
        textOf(file).replace(from, () => to),
      );
    },
    async press(file, at, mode = "expression") {
      const text = textOf(file);
      const cursor = text.indexOf(at);
      assert.notEqual(cursor, -1, `${file} has no ${at}`);
      const range = rangeAt(text, pathOf(file), { start: cursor, end: cursor }, mode);
      return "error" in range ? { kind: "error", error: range.error } : evaluate(file, range);
    },
    form: async (file, at) => demandValue(await project.press(file, at, "form")),
    value: async (file, text) => demandValue(await appended(file, text)).box.value,
    async error(file, text) {
      const result = await appended(file, text);
      assert.ok(result.kind === "error", "it must fail");
      return result.error;
    },
    load: async (file) => demandValue(await evaluate(file, { whole: "file" })),
  };
  const appended = (file: string, text: string) => {
    const before = `${textOf(file)}\n`;
    return evaluate(file, {
      text: before + text,
      start: before.length,
      end: before.length + text.length,
    });
  };
  for (const [file, text] of Object.entries(files)) await project.write(file, text);
  return project;
}

function demandValue(result: EvaluateResult): Value {
  if (result.kind === "value") return result;
  const { file, line, column, name, message } = result.error;
  assert.fail(`${path.basename(file)}:${line}:${column} ${name ?? ""}: ${message}`);
}
