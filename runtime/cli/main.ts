#!/usr/bin/env node
// The command line: reads what was asked and does it.
import { VERSION } from "../project/version.ts";
import { HELP, readCommand } from "./command-line.ts";
import { evaluate } from "./evaluate.ts";
import { Program } from "./program.ts";
import { runFile } from "./run-file.ts";

const command = readCommand(process.argv.slice(2));
switch (command.kind) {
  case "help":
    process.stdout.write(HELP);
    break;
  case "version":
    process.stdout.write(`${VERSION}\n`);
    break;
  case "run":
    await runFile(command);
    break;
  case "eval":
    await evaluate(command);
    break;
  case "wrong": {
    const program = new Program({ directory: process.cwd(), json: command.json });
    program.fail({ message: command.message, next: command.next, frames: [] });
    await program.finish();
    break;
  }
}
