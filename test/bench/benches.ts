// Every bench that there is.
import { cancel } from "./cancel/cancel.ts";
import { copy } from "./copy/copy.ts";
import { editor } from "./editor/editor.ts";
import { fanout } from "./fanout/fanout.ts";
import { evaluator } from "./evaluator/evaluator.ts";
import { interrupts } from "./interrupts/interrupts.ts";
import type { Bench } from "./frame/bench.ts";

export const benches: readonly Bench[] = [fanout, cancel, copy, editor, evaluator, interrupts];
