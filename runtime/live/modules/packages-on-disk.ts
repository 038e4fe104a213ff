// Packages as they were when they were loaded: Node loads each once, so one that changed on disk since then needs a new process.
import { statSync } from "node:fs";
import path from "node:path";

export class PackagesOnDisk {
  readonly #stamps = new Map<string, string>();

  /** To be called with the file that an import of a package leads to; says what to do when it is not the one that was loaded. */
  look(specifier: string, file: string): string | undefined {
    const stamp = `${stampOf(file)} ${stampOf(manifestOf(file))}`;
    const loaded = this.#stamps.get(file);
    if (loaded === undefined) this.#stamps.set(file, stamp);
    if (loaded === undefined || loaded === stamp) return undefined;
    return `${specifier} changed on disk since it was loaded: restart the live process to use the new one`;
  }
}

/** The package.json that an installation writes; the file itself when there is none. */
function manifestOf(file: string): string {
  const marker = `${path.sep}node_modules${path.sep}`;
  const from = file.lastIndexOf(marker) + marker.length;
  if (from < marker.length) return file;
  const [scope = "", name = ""] = file.slice(from).split(path.sep);
  const folder = scope.startsWith("@") ? path.join(scope, name) : scope;
  return path.join(file.slice(0, from), folder, "package.json");
}

function stampOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? "absent" : `${found.size} ${found.mtimeMs} ${found.ino}`;
}
