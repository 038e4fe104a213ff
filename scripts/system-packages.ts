// Makes sure of the system's own programs that a script needs: installs them as root on Debian and Ubuntu, says what is missing elsewhere.
import { spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import path from "node:path";

/** A program that must be on PATH or in one of the sbin folders, and the Debian package that brings it. */
export type SystemProgram = { program: string; debianPackage: string };

const extraFolders = ["/usr/sbin", "/sbin", "/usr/local/sbin"];

/** Installs what is missing of these; rejects with what to do when it cannot. */
export async function ensureSystemPrograms(
  wanted: readonly SystemProgram[],
  why: string,
): Promise<void> {
  const missing = await findMissing(wanted);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((one) => one.debianPackage))];
  const names = missing.map((one) => one.program).join(", ");
  if (process.getuid?.() !== 0 || (await findProgram("apt-get")) === undefined) {
    throw new Error(
      `${why} needs ${names}, which this machine lacks. Install it (Debian, Ubuntu: ` +
        `apt-get install ${packages.join(" ")}) and run the same command again.`,
    );
  }
  process.stderr.write(`re-ops: ${why} needs ${names}: installing ${packages.join(" ")}\n`);
  await installPackages(packages);
  const still = await findMissing(wanted);
  if (still.length > 0) {
    throw new Error(
      `apt-get ended well, but ${still.map((one) => one.program).join(", ")} is still missing.`,
    );
  }
}

/** The full path of a program, or nothing. */
export async function findProgram(program: string): Promise<string | undefined> {
  const folders = [...(process.env["PATH"] ?? "").split(path.delimiter), ...extraFolders];
  for (const folder of folders) {
    if (folder === "") continue;
    const file = path.join(folder, program);
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

async function findMissing(wanted: readonly SystemProgram[]): Promise<SystemProgram[]> {
  const missing: SystemProgram[] = [];
  for (const one of wanted) {
    if ((await findProgram(one.program)) === undefined) missing.push(one);
  }
  return missing;
}

// A fresh machine has no package lists yet, so they are fetched only when the first try finds nothing.
async function installPackages(packages: readonly string[]): Promise<void> {
  const install = ["install", "-y", "-qq", "--no-install-recommends", ...packages];
  const first = await aptGet(install);
  if (first.ok) return;
  await aptGet(["update", "-qq"]);
  const second = await aptGet(install);
  if (!second.ok)
    throw new Error(`apt-get could not install ${packages.join(" ")}:\n${second.text}`);
}

function aptGet(words: readonly string[]): Promise<{ ok: boolean; text: string }> {
  return new Promise((resolve, reject) => {
    const options = ["-o", "DPkg::Lock::Timeout=600", "-o", "Dpkg::Use-Pty=0"];
    const child = spawn("apt-get", [...options, ...words], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    const parts: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => parts.push(text));
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ ok: code === 0, text: parts.join("") }));
  });
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
