// Where a project's state lives: the user's own state folder, never the checkout.
import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import path from "node:path";

/** Variables of a process, as far as they are set. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** `re-ops` in the XDG state folder of the user. */
export function stateHome(environment: Environment): string {
  const chosen = environment["XDG_STATE_HOME"];
  const home = environment["HOME"] ?? homedir();
  // The XDG specification wants a relative path to be ignored.
  const base = chosen && path.isAbsolute(chosen) ? chosen : path.join(home, ".local", "state");
  return path.join(base, "re-ops");
}

/** `<readable name>-<hash>`: one per real path and user. The folder need not exist yet. */
export function stateFolderOf(projectFolder: string, environment: Environment): string {
  const readable = path
    .basename(projectFolder)
    .replaceAll(/[^\w.-]+/gu, "-")
    .slice(0, 40);
  return path.join(stateHome(environment), `${readable || "root"}-${projectHash(projectFolder)}`);
}

/** Where the files of a project are kept as they were compiled: deleting it costs time, nothing else. */
export function compiledFolderIn(stateFolder: string): string {
  return path.join(stateFolder, "compiled");
}

/** Tells a project of a user from every other one. */
function projectHash(projectFolder: string): string {
  const who = `${projectFolder}\0${userInfo().username}`;
  return createHash("sha256").update(who).digest("hex").slice(0, 12);
}

/** Makes sure that a folder exists which only this user can enter; refuses one that somebody else prepared. */
export function makePrivateFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unusable(error); // Its words are in the new ones.
  }
  const { mode, uid } = lstatSync(folder);
  const own = process.getuid === undefined || uid === process.getuid();
  if (own && (mode & 0o170_077) === 0o040_000) return;
  throw new Error(
    `${folder} must be a folder that only you can enter (mode 0700, your own); Re-ops keeps its token there. ` +
      `Look who made it, then remove it or run: chmod 700 ${folder}`,
  );
}

function unusable(error: unknown): Error {
  const why = error instanceof Error ? error.message : String(error);
  return new Error(
    `the folder for the state of Re-ops cannot be made: ${why}; ` +
      "set XDG_STATE_HOME to a folder that you can write to, or unset it to use ~/.local/state",
  );
}

/** Whether Re-ops ever kept state for this folder. */
export function hasState(projectFolder: string, environment: Environment): boolean {
  return existsSync(stateFolderOf(projectFolder, environment));
}
