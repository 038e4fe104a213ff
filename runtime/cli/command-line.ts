// What was asked on the command line, or what is wrong with it.
import { parseArgs } from "node:util";

export type Command =
  | { readonly kind: "help" | "version" }
  | {
      readonly kind: "run";
      readonly file: string;
      readonly call: string;
      /** What follows `--`. */
      readonly words: readonly string[];
      readonly json: boolean;
    }
  | { readonly kind: "eval"; readonly text: string; readonly own: boolean; readonly json: boolean }
  | {
      readonly kind: "wrong";
      readonly message: string;
      readonly next: string;
      readonly json: boolean;
    };

export const HELP = `Re-ops: run operations on hosts, from the command line.

Usage:
  re-ops run FILE [--call NAME] [--json] [-- WORD…]
                                           import FILE and call its export NAME (default: main) with these words
  re-ops eval 'CODE' [--own] [--json]      evaluate TypeScript; all names of re-ops are in scope

Options:
  --call NAME   which export of FILE to call
  --own         evaluate in a process of its own, also when the server of the project runs
  --json        print one JSON document with every run, host and output; what the program prints goes to stderr
  --help        print this
  --version     print the version

Exit code: 0 all hosts succeeded, or no host met the condition of a pick
           1 a host of any run failed, also one that was picked away, or the evaluation was broken off
           2 a mistake in the program, or wrong usage

Examples:
  re-ops run deploy.ts --call restart -- web-1 web-2
  re-ops eval 'run(exec(new Hosts({}, ["web-1", "web-2"]), "uptime"), pretty())'
`;

const OPTIONS = {
  call: { type: "string" },
  own: { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;

export function readCommand(all: readonly string[]): Command {
  const end = all.includes("--") ? all.indexOf("--") : all.length;
  const words = all.slice(0, end);
  const json = words.includes("--json");
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(words);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: "wrong", message: message.split(". ")[0] ?? message, next: SEE_HELP, json };
  }
  const { values, positionals } = parsed;
  if (values.help === true) return { kind: "help" };
  if (values.version === true) return { kind: "version" };
  return toCommand(positionals, all.slice(end + 1), { ...values, json });
}

const SEE_HELP = "re-ops --help tells what there is";

function parse(words: readonly string[]) {
  return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
}

function toCommand(
  [name, ...words]: readonly string[],
  further: readonly string[],
  { call, own = false, json }: { call?: string; own?: boolean; json: boolean },
): Command {
  // Code may begin with a dash, so for it `--` only ends the options.
  const [given, ...others] = name === "run" ? words : [...words, ...further];
  const wrong = (message: string, next = SEE_HELP) =>
    ({ kind: "wrong", message, next, json }) as const;
  if (name === undefined) return wrong("say what to do: run or eval");
  if (name !== "run" && name !== "eval") return wrong(`there is no command ${name}`);
  if (given === undefined || given === "") {
    const what = name === "run" ? "a file" : "code";
    return wrong(
      `${name} needs ${what}`,
      name === "run" ? "re-ops run FILE" : "re-ops eval 'CODE'",
    );
  }
  if (others.length > 0) {
    const quote = name === "eval" ? "put the code into one pair of quotes" : SEE_HELP;
    return wrong(`${name} takes one argument, there are ${String(others.length + 1)}`, quote);
  }
  if (name === "run") {
    return own
      ? wrong("run has no --own", "leave it out: run always has a process of its own")
      : { kind: "run", file: given, call: call ?? "main", words: further, json };
  }
  return call === undefined
    ? { kind: "eval", text: given, own, json }
    : wrong("eval has no --call", "write the call into the code");
}
