// How a server and its live process are.
import { z } from "zod";
import { notification, request } from "./message.ts";

export const statusSchema = z.object({
  pid: z.number().int(),
  version: z.string(),
  project: z.string(),
  startedAt: z.number(),
  live: z.object({
    state: z.enum(["starting", "ready", "restarting", "stopped"]),
    pid: z.number().int().exactOptional(),
    restarts: z.number().int(),
  }),
  connections: z.number().int(),
  /** Commands that are open on them, each of which takes room there that others may wait for. */
  channels: z.number().int(),
  clients: z.number().int(),
  /** Runs under way. */
  running: z.number().int(),
  /** Evaluations that have not settled. */
  evaluating: z.number().int(),
});
export type Status = z.infer<typeof statusSchema>;

export const getStatus = request("status/get", z.object({}), statusSchema);
export const statusChanged = notification("status/changed", statusSchema);

/** Something that the user should see although nobody asked: the live process died, a lock was taken over. */
export const notice = notification(
  "notice",
  z.object({ severity: z.enum(["info", "warning", "error"]), message: z.string() }),
);

/** Ends the live process and starts an empty one. */
export const restartLive = request(
  "live/restart",
  z.object({}),
  z.object({ lost: z.array(z.string()).readonly() }),
);

/** Ends the server when nothing runs, or anyway with `force`. */
export const stopServer = request(
  "server/stop",
  z.object({ force: z.boolean() }),
  z.object({ stopped: z.boolean(), message: z.string() }),
);

/** Something a project could have, which only its owner may decide: the server changes no package.json unasked. */
export const dependencyOffered = notification(
  "types/offered",
  z.object({
    packageJson: z.string(),
    /** What to ask, such as `Add re-ops to devDependencies?`, and why. */
    message: z.string(),
  }),
);

/** Takes the offer: writes `re-ops` into the devDependencies of the project's package.json. */
export const addDependency = request(
  "types/addDependency",
  z.object({}),
  z.object({ added: z.boolean(), message: z.string() }),
);
