// What is larger than anything meant is refused, in words that say what was too much; the largest that is meant passes.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { z } from "zod";
import { portExpect, portRunStep } from "./live.ts";
import { givenSecretSchema, givenTrustSchema } from "./questions.ts";

const target = { auth: {}, hosts: ["web"], limits: {} };
const step = { runId: "r", index: 0, label: "l", operation: "o", answers: [], target };
const withLimits = (limits: object) => ({ ...target, limits });
const many = <T>(length: number, one: T) => Array.from({ length }, () => one);
const answer = (length: number) => ({ kind: "answered", value: "x".repeat(length) });
const trusting = (...trusted: number[]) => ({ kind: "answered", trusted });

const cases: readonly [string, z.ZodType, good: unknown, bad: unknown, words: RegExp][] = [
  [
    "a script",
    portRunStep.params,
    { ...step, script: "x".repeat(8_000_000) },
    { ...step, script: "x".repeat(8_000_001) },
    /^a script is longer than 8000000 characters/u,
  ],
  [
    "hosts",
    portExpect.params,
    { ...target, hosts: many(100_000, "web") },
    { ...target, hosts: many(100_001, "web") },
    /^there are more than 100000 hosts/u,
  ],
  [
    "a host's name",
    portExpect.params,
    { ...target, hosts: ["x".repeat(1000)] },
    { ...target, hosts: ["x".repeat(1001)] },
    /^a host's name is longer than 1000 characters/u,
  ],
  [
    "concurrency",
    portExpect.params,
    withLimits({ concurrency: 1 }),
    withLimits({ concurrency: 0 }),
    /^concurrency is less than 1/u,
  ],
  [
    "concurrency, whole",
    portExpect.params,
    withLimits({ concurrency: 1000 }),
    withLimits({ concurrency: 1.5 }),
    /^concurrency is no whole number/u,
  ],
  ...["connectTimeoutMs", "stepTimeoutMs", "idleTimeoutMs", "totalTimeoutMs"].map(
    (name): (typeof cases)[number] => [
      name,
      portExpect.params,
      withLimits({ [name]: 0.5 }),
      withLimits({ [name]: -1 }),
      /^a time is not more than 0 ms/u,
    ],
  ),
  [
    "an answer",
    givenSecretSchema,
    answer(65_536),
    answer(65_537),
    /^an answer is longer than 65536 characters/u,
  ],
  ["a position", givenTrustSchema, trusting(0), trusting(-1), /^a position is below 0/u],
  [
    "positions",
    givenTrustSchema,
    trusting(...many(100_000, 1)),
    trusting(...many(100_001, 1)),
    /^there are more than 100000 positions/u,
  ],
];

for (const [what, schema, good, bad, words] of cases) {
  test(`${what}: bounded`, () => {
    assert.ok(schema.safeParse(good).success);
    assert.match(schema.safeParse(bad).error?.issues[0]?.message ?? "accepted", words);
  });
}
