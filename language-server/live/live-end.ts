// What is told when a live process has ended: how, what went with it, and what comes next.
import type { LiveEnd } from "./live-process.ts";

export function describeEnd(end: LiveEnd): string {
  return `The live process ${end.how}. ${describeLost(end.lost)} An empty one takes its place; evaluate again what you need.`;
}

function describeLost(lost: readonly string[]): string {
  return lost.length === 0
    ? "No `let` value was lost."
    : `Lost \`let\` values: ${lost.join("; ")}.`;
}
