// The project of this bench: a long file with one small form in its middle, and a fleet to connect to.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Fleet } from "../fanout/fleet.ts";

export interface Program {
  readonly file: string;
  readonly text: string;
  /** The form that is evaluated, as offsets. */
  readonly selection: { readonly start: number; readonly end: number };
}

export interface BenchProject {
  readonly folder: string;
  /** 500 lines; `1 + 1` stands on `line`, from 0. */
  readonly long: Program & { readonly line: number };
  /** Connects to every host of the fleet. */
  readonly fleet: Program;
}

const lines = 500;
const line = 250;

export async function writeProject(folder: string, fleet: Fleet): Promise<BenchProject> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "re-ops.config.json"), "{}\n");
  const long = Array.from({ length: lines }, (_, index) => lineOf(index)).join("\n");
  const auth = { user: fleet.user, port: fleet.port, sshKey: fleet.keyFile };
  const connect = [
    'import { Hosts, exec, run } from "re-ops";',
    `const hs = new Hosts(${JSON.stringify(auth)}, ${JSON.stringify(fleet.addresses)});`,
    "run(exec(hs, `true`));",
  ].join("\n");
  return {
    folder,
    long: { ...(await writeProgram(folder, "long.ts", `${long}\n`, "1 + 1")), line },
    fleet: await writeProgram(folder, "fleet.ts", `${connect}\n`, "run(exec(hs, `true`))"),
  };
}

async function writeProgram(folder: string, name: string, text: string, form: string) {
  const file = path.join(folder, name);
  await writeFile(file, text);
  const start = text.indexOf(form);
  return { file, text, selection: { start, end: start + form.length } };
}

// What such files are made of: a comment, a function of three lines and a constant, again and again.
function lineOf(index: number): string {
  if (index === 0) return 'import { Hosts, exec, run } from "re-ops";';
  if (index === line) return "1 + 1;";
  if (index < 5 || (index > line && index < line + 5)) return "";
  const name = Math.floor(index / 5);
  const block = [
    `// Step ${name}.`,
    `export function step${name}(hs: Hosts, path = "/srv/${name}") {`,
    "  return run(exec(hs, `du -s ${path} | cut -f1`));",
    "}",
    `const limit${name} = { megabytes: ${name}, hosts: ["a", "b", "c"] };`,
  ];
  return block[index % 5] ?? "";
}
