// The door of `re-ops/protocol`: every message that crosses a socket or pipe, with its schema.
export * from "./message.ts";
export * from "./door.ts";
export * from "./interrupt.ts";
export * from "./runs.ts";
export * from "./evaluation.ts";
export * from "./marks.ts";
export * from "./question-words.ts";
export * from "./questions.ts";
export * from "./status.ts";
export * from "./workflow.ts";
export * from "./result.ts";
