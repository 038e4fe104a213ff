// What the types of pipelines promise: this file is checked by the compiler, each `@ts-expect-error` must be a real one.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  convert,
  exec,
  failed,
  Hosts,
  limit,
  ls,
  ofKind,
  operation,
  pick,
  pretty,
  run,
  sh,
  successful,
  tap,
  timedOut,
  unreachable,
  type HostFailure,
  type HostResult,
  type Operation,
  type Outcome,
  type Run,
  type ShellValue,
} from "../public.ts";
import type { OperationStage } from "./pipelines/types.ts";

/** Compiles only where `Given` is exactly `Expected`. */
type Same<Expected, Given> =
  (<T>() => T extends Expected ? 1 : 2) extends <T>() => T extends Given ? 1 : 2 ? true : false;

function exactly<_Proof extends true>(): void {}

const uptime = operation("uptime", (flags = "") => sh`uptime ${flags}`, { doc: "How long." });
const scale = operation("scale", (name: string, count: number) => sh`scale ${name} ${count}`);

/** Never called: only its types count. */
export function operations(hs: Hosts): void {
  const source: Operation<ShellValue> = uptime(hs, "-p");
  const stage: OperationStage<ShellValue> = uptime("-p");
  void [source, stage, uptime(hs), uptime(), scale(hs, "web", 3), scale("web", 3)];
  // @ts-expect-error -- an argument is missing
  ls(hs);
  // @ts-expect-error -- an argument of another type
  uptime(hs, 3);
  // @ts-expect-error -- an argument too many
  scale(hs, "web", 3, 4);
  // @ts-expect-error -- an array of names is no Hosts
  scale(["a"], "web", 3);
}

/** Never called. */
export function refusedBodies(hs: Hosts): void {
  const takesHosts = operation("a", (to: Hosts, path: string) => sh`${to.name} ${path}`);
  // oxlint-disable-next-line typescript/no-explicit-any -- that it is refused is the point
  const takesAny = operation("b", (given: any) => sh`${String(given)}`);
  const takesUnknown = operation("c", (given: unknown) => sh`${String(given)}`);
  // @ts-expect-error -- a body's first parameter may not accept a Hosts
  takesHosts(hs, "x");
  // @ts-expect-error -- any accepts a Hosts
  takesAny(hs, "x");
  // @ts-expect-error -- unknown accepts a Hosts
  takesUnknown(hs, "x");
  // @ts-expect-error -- a body gives a script
  operation("d", (name: string) => `ls ${name}`);
}

/** Never called. */
export function pipelines(hs: Hosts): void {
  const loads = run(
    exec(hs, "cat /proc/loadavg"),
    convert((o) => Number.parseFloat(o.out)),
    pick((load, result) => load > 4 && result.ms < 100),
    pretty("busy"),
  );
  exactly<Same<Run<number>, typeof loads>>();
  const tail = [pick(successful), pretty("report")] as const;
  exactly<Same<Run<ShellValue>, ReturnType<typeof spread>>>();
  function spread() {
    return run(ls(hs, "/"), ...tail);
  }
  const again = (outcome: Outcome<ShellValue>) => run(outcome, pick(failed), uptime());
  const nested = run(
    ls(hs, "/"),
    again,
    (outcome) => outcome,
    tap(() => {}),
  );
  exactly<Same<Run<ShellValue>, typeof nested>>();
  const replaced = run(
    exec(hs, "x"),
    () =>
      run(
        exec(hs, "y"),
        convert(() => "text"),
      ),
    pretty(),
  );
  exactly<Same<Run<string>, typeof replaced>>();
  // @ts-expect-error -- a stage returns an outcome
  run(ls(hs, "/"), () => 7);
  // @ts-expect-error -- looking at something is what tap is for
  run(ls(hs, "/"), (outcome) => void outcome);
  // @ts-expect-error -- hosts alone are nothing to run
  run(hs);
  // @ts-expect-error -- an operation with hosts is no stage
  run(ls(hs, "/"), ls(hs, "/tmp"));
  const isQuiet = pick((value: ShellValue) => value.out === "");
  const toCode = convert((value: ShellValue) => value.code);
  // @ts-expect-error -- the value is a number by now
  run(exec(hs, "x"), toCode, isQuiet);
}

/** Never called. */
export function limits(hs: Hosts): void {
  const source = limit({ concurrency: 2, stepTimeoutMs: 5000 }, uptime(hs, "-p"));
  exactly<Same<Operation<ShellValue>, typeof source>>();
  const stage = limit({ idleTimeoutMs: 5000 }, uptime("-p"));
  exactly<Same<OperationStage<ShellValue>, typeof stage>>();
  const limited = run(
    ls(hs.with({ totalTimeoutMs: 60_000, connectTimeoutMs: 1 }), "/"),
    pick(ofKind("cancelled", "unknown")),
    pick(unreachable),
    pick(timedOut),
    limit({ totalTimeoutMs: 1 }, exec("x")),
    convert((o) => o.code),
  );
  exactly<Same<Run<number>, typeof limited>>();
  // @ts-expect-error -- no limit of this name
  hs.with({ timeout: 5 });
  // @ts-expect-error -- no kind of failure
  ofKind("success");
  // @ts-expect-error -- of no kind is nobody
  ofKind();
  // @ts-expect-error -- a limit is for an operation
  limit({ concurrency: 1 }, pick(failed));
}

/** Never called. */
export async function awaited(hs: Hosts): Promise<void> {
  const listing: Outcome<ShellValue> = await ls(hs, "/");
  const both: Outcome<ShellValue>[] = await Promise.all([ls(hs, "/"), run(ls(hs, "/tmp"))]);
  const adopted: Promise<Outcome<ShellValue>> = (async () => ls(hs, "/"))();
  for await (const one of run(ls(hs, "/"))) {
    const end: HostResult<ShellValue> | HostFailure = one;
    void end;
  }
  const first = listing.success[0];
  const text: string | undefined = first?.value.out;
  void [both, adopted, text];
  const { auth, hosts } = hs;
  // @ts-expect-error -- a Hosts does not change
  hosts[0] = "x";
  // @ts-expect-error -- nor does the way in
  auth.user = "x";
  // @ts-expect-error -- no transport of this name
  new Hosts({ transport: "telnet" }, []);
  if (import.meta.repl) await ls(hs, "/");
}

test("the compiler checks this file", () => {
  assert.equal(typeof operations, "function");
});
