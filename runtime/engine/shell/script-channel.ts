// Runs each script on a channel of its own, by a command line for the login shell.
import type { OpenLine } from "../transports/transport.ts";
import { type CommandWay, buildCommand } from "./command-line.ts";
import type { StartScript } from "./execute.ts";

export function onChannel(open: OpenLine, way: CommandWay = {}): StartScript {
  return async ({ script, marker }) => {
    const { line, input } = buildCommand(script, marker, way);
    return { stream: await open(line), input };
  };
}
