// Keeps the types of `re-ops` in a project folder: every `npm install` there takes them away, and they are written again.
import { type FSWatcher, watch } from "node:fs";
import path from "node:path";
import { typesNeedOf, writeTypes } from "./project-types.ts";

export interface KeepTypesOptions {
  readonly projectFolder: string;
  readonly typesFolder: string;
  /** Called at most once: the project has a package.json that does not name `re-ops`. */
  readonly onOffer: () => void;
  readonly log: (line: string) => void;
}

export interface KeptTypes {
  /** Resolves when the first look is over. */
  readonly looked: Promise<void>;
  dispose(): void;
}

/** An installation touches the folder again and again; it is left alone until it is over. */
const QUIET_MS = 500;

export function keepTypes(options: KeepTypesOptions): KeptTypes {
  const { projectFolder, log } = options;
  const modules = path.join(projectFolder, "node_modules");
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  let isOffered = false;
  let isDisposed = false;

  async function look(): Promise<void> {
    try {
      const need = await typesNeedOf(projectFolder);
      if (need !== "none" && (await writeTypes(projectFolder, options.typesFolder))) {
        log(`wrote the types of re-ops into ${modules}`);
      }
      if (need === "offer" && !isOffered) {
        isOffered = true;
        options.onOffer();
      }
    } catch (error) {
      log(`the types of re-ops could not be written into ${modules}: ${String(error)}`);
    }
    if (isDisposed) return;
    watchFolder(projectFolder, ["node_modules", "package.json"]);
    watchFolder(modules, ["re-ops"]);
  }

  function lookSoon(): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      looking = looking.then(look);
    }, QUIET_MS);
  }

  function watchFolder(folder: string, names: readonly string[]): void {
    if (watchers.has(folder)) return;
    const forget = () => {
      watchers.get(folder)?.close();
      watchers.delete(folder);
    };
    try {
      const watcher = watch(folder, (_event, name) => {
        if (name === null || names.includes(name)) lookSoon();
        else if (timer !== undefined) lookSoon(); // Still busy.
        // The folder itself went away: a new one of its name needs a new watcher.
        if (name === path.basename(folder)) {
          forget();
          lookSoon();
        }
      });
      watcher.on("error", forget);
      watchers.set(folder, watcher);
    } catch (error) {
      log(`${folder} cannot be watched: ${String(error)}`);
    }
  }

  let looking = look();
  return {
    looked: looking,
    dispose() {
      isDisposed = true;
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}
