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

/** `1 + 1` stands on `line`, from 0, in the middle. */
export interface LongProgram extends Program {
  readonly line: number;
}

export interface BenchProject {
  readonly folder: string;
  /** 500 lines. */
  readonly long: LongProgram;
  /** 10,000 lines, a form on every second of them. */
  readonly huge: LongProgram;
  /** Connects to every host of the fleet. */
  readonly fleet: Program;
}

export async function writeProject(folder: string, fleet: Fleet): Promise<BenchProject> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "re-ops.config.json"), "{}\n");
  const auth = { user: fleet.user, port: fleet.port, sshKey: fleet.keyFile };
  const connect = [
    'import { Hosts, exec, run } from "re-ops";',
    `const hs = new Hosts(${JSON.stringify(auth)}, ${JSON.stringify(fleet.addresses)});`,
    "run(exec(hs, `true`));",
  ].join("\n");
  return {
    folder,
    long: await writeLongProgram(folder, "long.ts", 500),
    huge: await writeLongProgram(folder, "huge.ts", 10_000),
    fleet: await writeProgram(folder, "fleet.ts", `${connect}\n`, "run(exec(hs, `true`))"),
  };
}

async function writeLongProgram(folder: string, name: string, lines: number) {
  const line = lines / 2;
  const text = Array.from({ length: lines }, (_, index) => lineOf(index, line)).join("\n");
  return { ...(await writeProgram(folder, name, `${text}\n`, "1 + 1")), line };
}

async function writeProgram(folder: string, name: string, text: string, form: string) {
  const file = path.join(folder, name);
  await writeFile(file, text);
  const start = text.indexOf(form);
  return { file, text, selection: { start, end: start + form.length } };
}

// What such files are made of: a comment, a function of three lines and a constant, again and again.
function lineOf(index: number, line: number): string {
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
