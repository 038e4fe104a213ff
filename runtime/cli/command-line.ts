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
  re-ops eval 'run(exec(new Hosts({}, ["web-1", "web-2"]), "uptime"), pretty({ output: true }))'
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
  return toCommand(positionals, { ...values, further: all.slice(end + 1), json });
}

const SEE_HELP = "re-ops --help tells what there is";

function parse(words: readonly string[]) {
  return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
}

interface Given {
  readonly words: readonly string[];
  /** What follows `--`. */
  readonly further: readonly string[];
  readonly call?: string;
  readonly own?: boolean;
  readonly json: boolean;
}

function toCommand([name, ...words]: readonly string[], rest: Omit<Given, "words">): Command {
  const given = { ...rest, words };
  if (name === "run") return toRun(given);
  if (name === "eval") return toEval(given);
  const message =
    name === undefined ? "say what to do: run or eval" : `there is no command ${name}`;
  return wrong(given, message);
}

function toRun(given: Given): Command {
  const { words, further, call = "main", own, json } = given;
  const [file = "", ...others] = words;
  if (file === "") return wrong(given, "run needs a file", "re-ops run FILE");
  if (others.length > 0)
    return wrong(given, tooMany("run", words), "write -- before words for the export");
  if (own === true)
    return wrong(given, "run has no --own", "leave it out: run always has a process of its own");
  return { kind: "run", file, call, words: further, json };
}

/** Code may begin with a dash, so here `--` only ends the options. */
function toEval(given: Given): Command {
  const { call, own = false, json } = given;
  const words = [...given.words, ...given.further];
  const [text = "", ...others] = words;
  if (text === "") return wrong(given, "eval needs code", "re-ops eval 'CODE'");
  if (others.length > 0)
    return wrong(given, tooMany("eval", words), "put the code into one pair of quotes");
  if (call !== undefined) return wrong(given, "eval has no --call", "write the call into the code");
  return { kind: "eval", text, own, json };
}

function tooMany(name: string, words: readonly string[]): string {
  return `${name} takes one argument, there are ${String(words.length)}`;
}

function wrong({ json }: Pick<Given, "json">, message: string, next = SEE_HELP): Command {
  return { kind: "wrong", message, next, json };
}
