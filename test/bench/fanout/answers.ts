// What the user's program of this bench prints of a run: read back, and compared with what the hosts must have said.
import { z } from "zod";
import { type ExpectedLines, findWrong } from "../frame/collected.ts";

const answersSchema = z.object({
  /** Of the run alone, measured in the program itself. */
  ms: z.number(),
  success: z.array(z.object({ host: z.string(), out: z.string(), err: z.string() })),
  failure: z.array(z.object({ host: z.string(), kind: z.string(), message: z.string() })),
});
export type Answers = z.infer<typeof answersSchema>;

/** The program's text for `run` with everything that came of it printed as one line of JSON. */
export const printAnswers = `
async function timed(operation) {
  const started = performance.now();
  const outcome = await run(operation);
  const ms = performance.now() - started;
  const success = outcome.success.map(({ host, value: { out, err } }) => ({ host, out, err }));
  const failure = outcome.failure.map(({ host, kind, message }) => ({ host, kind, message }));
  console.log(JSON.stringify({ ms, success, failure }));
}
`;

export function readAnswers(printed: string): Answers {
  return answersSchema.parse(JSON.parse(printed));
}

/** Says what is wrong first; nothing when every host gave exactly its lines. */
export function findWrongAnswer(expected: ExpectedLines, answers: Answers): string | undefined {
  const [failure] = answers.failure;
  if (failure !== undefined) return `${failure.host} ${failure.kind}: ${failure.message}`;
  const lines = answers.success.map(({ host, out, err }) => {
    const text = err === "" ? out : `${out}${err}`;
    return [host, text.split("\n").slice(0, -1)] as const;
  });
  return findWrong(expected, new Map(lines));
}
