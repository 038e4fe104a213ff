// Which Node runs a server: the user's setting, else the one on PATH, else the editor's own; and whether it can.
import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import type { Environment } from "../project/state-folder.ts";

export interface NodeChoice {
  /** A path that the user has set; then nothing else is tried. */
  readonly setting?: string;
  /** The editor's own executable, which is Node with `ELECTRON_RUN_AS_NODE`. */
  readonly electron?: string;
}

export interface NodeProgram {
  readonly path: string;
  /** Variables that it needs on top. */
  readonly environment: Readonly<Record<string, string>>;
}

const OLDEST_MAJOR = 24;

/** Runs inside the candidate, so that what is missing is named before anything is started with it. */
const SELF_TEST = `
  const module = require("node:module");
  const missing = [];
  if (!module.isBuiltin("node:sqlite")) missing.push("node:sqlite");
  if (typeof module.registerHooks !== "function") missing.push("module.registerHooks");
  if (typeof module.setSourceMapsSupport !== "function") missing.push("source maps for evaluated code");
  if (!process.features.typescript) missing.push("TypeScript files");
  console.log(JSON.stringify({ version: process.versions.node, missing }));
`;

const selfTestSchema = z.object({ version: z.string(), missing: z.array(z.string()) });

/** The first candidate that can run a server. Rejects naming each candidate and what it lacks. */
export async function chooseNode(
  choice: NodeChoice,
  environment: Environment,
): Promise<NodeProgram> {
  const problems: string[] = [];
  for (const candidate of await listCandidates(choice, environment)) {
    const problem = await findProblem(candidate, environment);
    if (problem === undefined) return candidate;
    problems.push(problem);
  }
  const tried = problems.length === 0 ? "there is no node on PATH" : problems.join("; ");
  throw new Error(
    `Re-ops needs Node ${String(OLDEST_MAJOR)} or newer to run its server: ${tried}. ` +
      "Install it, or set the path of one in the settings of Re-ops.",
  );
}

async function listCandidates(
  { setting, electron }: NodeChoice,
  environment: Environment,
): Promise<NodeProgram[]> {
  if (setting !== undefined && setting !== "") return [{ path: setting, environment: {} }];
  const onPath = await findOnPath(environment["PATH"] ?? "");
  return [
    ...(onPath === undefined ? [] : [{ path: onPath, environment: {} }]),
    ...(electron === undefined
      ? []
      : [{ path: electron, environment: { ELECTRON_RUN_AS_NODE: "1" } }]),
  ];
}

async function findOnPath(searchPath: string): Promise<string | undefined> {
  for (const folder of searchPath.split(path.delimiter).filter((one) => one !== "")) {
    const file = path.join(folder, process.platform === "win32" ? "node.exe" : "node");
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return file;
  }
  return undefined;
}

async function findProblem(
  candidate: NodeProgram,
  environment: Environment,
): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(candidate.path, ["-e", SELF_TEST], {
      env: { ...environment, ...candidate.environment, NODE_OPTIONS: "" },
      timeout: 10_000,
    });
    const { version, missing } = selfTestSchema.parse(JSON.parse(stdout));
    const isOld = Number.parseInt(version, 10) < OLDEST_MAJOR;
    if (!isOld && missing.length === 0) return undefined;
    const lacks = missing.length === 0 ? "" : ` and lacks ${missing.join(", ")}`;
    return `${candidate.path} is Node ${version}${lacks}`;
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
    return `${candidate.path} could not be asked: ${reason ?? ""}`;
  }
}
