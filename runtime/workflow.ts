// Everything that a user's file may import from `re-ops/live`.
export { go, once, refresh, refreshAll, reset, stop } from "./describe/workflow.ts";
export type { ComponentsReport, RefreshReport } from "./port.ts";
