// The suites of `npm test`, in the order in which they run.
import { glob } from "node:fs/promises";
import path from "node:path";
import { build } from "../../scripts/build.ts";
import { makeVsix } from "../../scripts/package.ts";
import { hostTarget } from "../../scripts/package/native-parts.ts";
import { type SystemProgram, ensureSystemPrograms } from "../../scripts/system-packages.ts";
import { installVSCodeServer } from "../../scripts/vscode-install.ts";

export type Suite = {
  name: string;
  /** Where its test files lie. */
  patterns: readonly string[];
  /** A file that runs longer is killed. */
  boundSeconds: number;
  /** How many files run at once. */
  atOnce: number;
  /** Gives what its files find in their environment besides. */
  prepare?: () => Promise<Readonly<Record<string, string>> | void>;
};

const sshPrograms: readonly SystemProgram[] = [
  { program: "sshd", debianPackage: "openssh-server" },
  { program: "ssh", debianPackage: "openssh-client" },
  { program: "ssh-agent", debianPackage: "openssh-client" },
  { program: "ps", debianPackage: "procps" },
  { program: "ping", debianPackage: "iputils-ping" },
  { program: "ip", debianPackage: "iproute2" },
  { program: "nft", debianPackage: "nftables" },
  { program: "python3", debianPackage: "python3" },
  { program: "faketime", debianPackage: "faketime" },
  { program: "dash", debianPackage: "dash" },
  { program: "script", debianPackage: "bsdutils" },
  { program: "useradd", debianPackage: "passwd" },
  { program: "bash", debianPackage: "bash" },
  { program: "busybox", debianPackage: "busybox" },
  { program: "dropbear", debianPackage: "dropbear-bin" },
  { program: "zsh", debianPackage: "zsh" },
  { program: "fish", debianPackage: "fish" },
  { program: "tcsh", debianPackage: "tcsh" },
  { program: "sudo", debianPackage: "sudo" },
];

const browser: SystemProgram = { program: "chromium", debianPackage: "chromium" };

export const suites: readonly Suite[] = [
  {
    name: "unit",
    patterns: [
      "{runtime,language-server,extension,scripts}/**/*.test.ts",
      "test/{support,bench/frame}/**/*.test.ts",
    ],
    boundSeconds: 120,
    atOnce: 2,
    prepare: () => ensureSystemPrograms(sshPrograms, "The unit tests"),
  },
  {
    name: "integration",
    patterns: ["test/{integration,lab}/**/*.test.ts"],
    boundSeconds: 300,
    atOnce: 1,
    prepare: () => ensureSystemPrograms(sshPrograms, "The integration tests"),
  },
  {
    name: "e2e",
    patterns: ["test/e2e/**/*.test.ts", "test/bench/*.test.ts"],
    boundSeconds: 900,
    atOnce: 1,
    prepare: async () => {
      await ensureVSCode();
      await build(print);
    },
  },
  {
    // Some of the same files, with the extension packed and installed as users have it.
    name: "installed",
    patterns: ["test/e2e/{evaluate,examples,faults,keys,restricted}.test.ts"],
    boundSeconds: 900,
    atOnce: 1,
    prepare: async () => {
      await ensureVSCode();
      return { RE_OPS_VSIX: await makeVsix(hostTarget()) };
    },
  },
];

/** Here, so that no test's time goes by while it is fetched. */
async function ensureVSCode(): Promise<void> {
  await ensureSystemPrograms([...sshPrograms, browser], "The end-to-end tests");
  await installVSCodeServer(print);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The suite's test files, relative to the root, of those whose path holds one of `parts`. */
export async function findTestFiles(
  root: string,
  suite: Suite,
  parts: readonly string[],
): Promise<string[]> {
  const files: string[] = [];
  const exclude = (name: string) => name === "node_modules" || name === "dist";
  for (const pattern of suite.patterns) {
    for await (const file of glob(pattern, { cwd: root, exclude })) files.push(file);
  }
  const wanted = files.filter((file) => {
    const inside = file.split(path.sep);
    if (inside.includes("node_modules") || inside.includes("dist")) return false;
    return parts.length === 0 || parts.some((part) => file.includes(part));
  });
  return wanted.sort();
}
