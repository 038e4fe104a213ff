// Every bench that there is.
import type { Bench } from "./frame/bench.ts";
import { fanout } from "./fanout/fanout.ts";

export const benches: readonly Bench[] = [fanout];
