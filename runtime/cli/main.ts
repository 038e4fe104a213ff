#!/usr/bin/env -S node --disable-warning=MODULE_TYPELESS_PACKAGE_JSON
// The command line: reads what was asked and does it.
import { VERSION } from "../project/version.ts";
import { HELP, readCommand } from "./command-line.ts";

const command = readCommand(process.argv.slice(2));
switch (command.kind) {
  case "help":
    process.stdout.write(HELP);
    break;
  case "version":
    process.stdout.write(`${VERSION}\n`);
    break;
  // Each is loaded when it is wanted: nobody waits for an engine to read a line of help.
  case "run": {
    const { runFile } = await import("./run-file.ts");
    await runFile(command);
    break;
  }
  case "eval": {
    const { evaluateSomewhere } = await import("./evaluate-somewhere.ts");
    await evaluateSomewhere(command);
    break;
  }
  case "wrong": {
    const { Program } = await import("./program.ts");
    const program = new Program({ directory: process.cwd(), json: command.json });
    program.fail({ message: command.message, next: command.next, frames: [] });
    await program.finish();
    break;
  }
}
