// The program that ssh runs when it has a question: it hands the question to our socket, and prints what comes back.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { quote } from "../../../quote.ts";
import type { Environment } from "../../transport.ts";

/** What it sends, as one line of JSON. What comes back goes to ssh as it is; nothing at all means that nobody answered. */
export const askpassQuestionSchema = z.object({
  prompt: z.string().max(100_000),
  /** What ssh says about it: `confirm`, `none` for a mere notice, or nothing. */
  kind: z.string(),
});
export type AskpassQuestion = z.infer<typeof askpassQuestionSchema>;

/** No secret is in its arguments or its environment: the answer comes over the socket and leaves by its standard output. */
const PROGRAM = `
const [socket, prompt] = process.argv.slice(1);
const line = require("node:net").connect(socket);
let answer = "";
line.on("error", () => {}).on("data", (chunk) => (answer += chunk));
line.on("close", () => {
  process.exitCode = answer === "" ? 1 : 0;
  process.stdout.write(answer);
});
line.write(JSON.stringify({ prompt, kind: process.env.SSH_ASKPASS_PROMPT ?? "" }) + "\\n");
`;

/** Writes it into the private folder; gives the variables by which ssh finds it. */
export async function writeAskpass(folder: string, socketPath: string): Promise<Environment> {
  const file = path.join(folder, "askpass");
  const words = [process.execPath, "-e", PROGRAM, "--", socketPath].map(quote).join(" ");
  const script = `#!/bin/sh\nELECTRON_RUN_AS_NODE=1 NODE_OPTIONS= exec ${words} "$@"\n`;
  await writeFile(file, script, { mode: 0o700 });
  // Before OpenSSH 8.4 it counts only where there is a display.
  return { SSH_ASKPASS: file, SSH_ASKPASS_REQUIRE: "force", DISPLAY: ":0" };
}
