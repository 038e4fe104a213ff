// A process of its own that runs one script on one host, and tells as JSON what came of it and how much memory it ever took.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { createEngine } from "../../../runtime/engine/engine.ts";
import { identifyThisProcess, isAlive } from "../../../runtime/project/process-identity.ts";

const orderSchema = z.object({
  stateFolder: z.string(),
  environment: z.record(z.string(), z.string()),
  host: z.string(),
  auth: z.object({
    transport: z.enum(["local", "ssh"]),
    port: z.number().exactOptional(),
    sshKey: z.string().exactOptional(),
  }),
  script: z.string(),
});
export type BulkOrder = z.infer<typeof orderSchema>;

export const bulkReportSchema = z.object({
  kind: z.string(),
  /** How much more memory it ever took than before the script, in bytes. */
  grownBytes: z.number(),
  cut: z.number(),
  valueBytes: z.number(),
  keptBytes: z.number(),
  lost: z.number(),
  /** Of the first 100 MB that are on disk. */
  hash: z.string(),
});

const resultSchema = z.object({
  kind: z.string(),
  value: z.object({ out: z.string(), cut: z.number(), rest: z.string() }),
});

const SPOOLED_BYTES = 100 * 1024 * 1024;

async function work({ stateFolder, environment, host, auth, script }: BulkOrder): Promise<void> {
  const engine = createEngine({
    stateFolder,
    environment,
    owner: identifyThisProcess(),
    isAlive,
    onProblem: (message) => {
      throw new Error(message);
    },
  });
  const { port } = engine.openPort();
  const target = { auth, hosts: [host], limits: {} };
  const step = { runId: "bulk", operation: "exec", answers: [], target };
  await port.startRun({ id: "bulk", title: "bulk" }, () => {});
  await port.runStep({ ...step, index: 0, label: "warm up", script: "true" }, () => {});
  const before = mostMemory();
  const results: unknown[] = [];
  await port.runStep({ ...step, index: 1, label: "bulk", script }, (some) => {
    results.push(...some);
  });
  const grownBytes = mostMemory() - before;
  await port.endRun({ runId: "bulk", verdict: "succeeded" });
  const result = resultSchema.parse(results[0]);
  const { steps } = await engine.readOutput("bulk", host);
  await engine.dispose();
  const kept = readFileSync(path.join(result.value.rest, "out"));
  const report: z.infer<typeof bulkReportSchema> = {
    kind: result.kind,
    grownBytes,
    cut: result.value.cut,
    valueBytes: Buffer.byteLength(result.value.out),
    keptBytes: kept.length,
    lost: steps[1]?.lost ?? 0,
    hash: createHash("sha256").update(kept.subarray(0, SPOOLED_BYTES)).digest("hex"),
  };
  process.stdout.write(JSON.stringify(report));
}

/** The most that this process ever had, as the system counts it. */
function mostMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}

if (import.meta.main) await work(orderSchema.parse(JSON.parse(process.argv[2] ?? "")));
