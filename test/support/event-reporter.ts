// A reporter for node:test that writes what happens as one JSON value a line, for the runner to read.
import { inspect } from "node:util";

/** One line of the report. */
export type TestRecord =
  | { kind: "start" | "end"; name: string; nesting: number }
  | { kind: "pass" | "skip" | "todo"; name: string; nesting: number; reason?: string }
  | { kind: "fail"; name: string; nesting: number; line: number | undefined; error: string };

type Event = { type: string; data: unknown };

type TestData = {
  name: string;
  nesting: number;
  line?: number;
  skip?: string | boolean;
  todo?: string | boolean;
  details?: { type?: string; error?: unknown };
};

// Node asks for a default export.
// oxlint-disable-next-line import/no-default-export
export default async function* reportAsLines(source: AsyncIterable<Event>): AsyncGenerator<string> {
  for await (const event of source) {
    const record = recordOf(event);
    if (record !== undefined) yield `${JSON.stringify(record)}\n`;
  }
}

function recordOf(event: Event): TestRecord | undefined {
  const data = event.data as TestData;
  const { name, nesting } = data;
  if (event.type === "test:dequeue") return { kind: "start", name, nesting };
  if (event.type !== "test:pass" && event.type !== "test:fail") return undefined;
  if (data.skip !== undefined) return { kind: "skip", name, nesting, reason: String(data.skip) };
  if (data.todo !== undefined) return { kind: "todo", name, nesting, reason: String(data.todo) };
  if (event.type === "test:fail") return failureOf(data);
  return { kind: data.details?.type === "suite" ? "end" : "pass", name, nesting };
}

// A parent that failed only because of its children is not a failure of its own.
function failureOf(data: TestData): TestRecord {
  const error = data.details?.error;
  if (error instanceof Error && "failureType" in error && error.failureType === "subtestsFailed") {
    return { kind: "end", name: data.name, nesting: data.nesting };
  }
  const real = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const { name, nesting, line } = data;
  return { kind: "fail", name, nesting, line, error: describeError(real) };
}

function describeError(error: unknown): string {
  if (typeof error === "string") return error;
  const text = inspect(error, {
    depth: 4,
    breakLength: 100,
    maxArrayLength: 50,
    maxStringLength: 4000,
  });
  return text
    .split("\n")
    .filter((line) => !/^\s+at .*node:internal/u.test(line))
    .join("\n");
}
