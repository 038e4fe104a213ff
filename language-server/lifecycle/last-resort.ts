// What the server does with an error that nobody caught: it is told, and after one that broke off some work the server ends in order.
import { inspect } from "node:util";
import type { Log } from "../log.ts";

export function installLastResort(log: Log, end: (why: string) => void): void {
  // All that is lost is what one promise was for, while ending would stop the work of every window on every host.
  process.on("unhandledRejection", (error) => {
    log(`a mistake of Re-ops, which goes on: nobody awaited what has failed: ${inspect(error)}`);
  });
  // A callback was broken off in the middle: what it kept may be wrong from now on.
  process.on("uncaughtException", (error) => {
    log(`a mistake of Re-ops, which ends because of it: ${inspect(error)}`);
    end("a mistake of Re-ops");
  });
}
