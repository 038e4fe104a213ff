// The server process: takes its place as the one server of a project folder, serves, and ends when it is told or not needed.
import { makePrivateFolder, stateFolderOf } from "re-ops/server";
import { installLastResort } from "./lifecycle/last-resort.ts";
import { takeLock } from "./lifecycle/lock.ts";
import { takePlace } from "./lifecycle/presence.ts";
import { createLog } from "./log.ts";
import { serve } from "./server.ts";
import { readSettings } from "./settings.ts";

/** Stopping what runs on hosts is checked there, and a host may not answer. */
const LONGEST_END_MS = 20_000;

process.exitCode = await main();
process.exit();

async function main(): Promise<number> {
  const log = createLog(process.stderr);
  const settings = readSettings(process.argv.slice(2));
  const stateFolder = stateFolderOf(settings.project, process.env);
  makePrivateFolder(stateFolder);
  const lock = await takeLock(stateFolder);
  if (lock === undefined) {
    log(`another server serves ${settings.project} already`);
    return 0;
  }
  log(`serving ${settings.project}, Node ${process.version}, build ${settings.hash}`);
  const presence = takePlace(stateFolder, settings.hash, log);
  try {
    const server = await serve({ settings, stateFolder, presence, environment: process.env, log });
    let exitCode = 0;
    const end = (why: string) => {
      setTimeout(() => process.exit(1), LONGEST_END_MS).unref();
      void server.end(why);
    };
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
      process.on(signal, () => {
        end(`got ${signal}`);
      });
    }
    installLastResort(log, (why) => {
      exitCode = 1;
      end(why);
    });
    await server.ended;
    return exitCode;
  } finally {
    presence.withdraw();
    lock.release();
  }
}
