// An SSH server that asks its own questions: for logins that no plain sshd has, such as a password and then a code.
import { readFile } from "node:fs/promises";
import ssh2, { type AuthContext, type Connection, type Prompt } from "ssh2";
import type { Ending } from "../support/temporary.ts";
import type { Key } from "./keys.ts";
import { listenSsh } from "./listen-ssh.ts";

/** What it asks at once: words above, and prompts. */
export interface Asked {
  readonly name?: string;
  readonly instructions?: string;
  readonly prompts: readonly Prompt[];
  /** Whether these answers open the door. */
  isRight(answers: readonly string[]): boolean;
}

export interface AskingServer {
  readonly host: string;
  readonly port: number;
  readonly publicKeyLine: string;
}

export interface AskingOptions {
  readonly hostKey: Key;
  /** One dialogue after another, all of which must be passed. */
  readonly dialogues: readonly Asked[];
  /** The one key that must be shown before, as `type base64`. */
  readonly firstKey?: string;
}

/** Every command that it is given succeeds. */
export async function startAskingServer(t: Ending, options: AskingOptions): Promise<AskingServer> {
  const open = new Set<Connection>();
  const hostKeys = [await readFile(options.hostKey.file)];
  const server = new ssh2.Server({ hostKeys }, (client) => {
    open.add(client);
    let hasKey = options.firstKey === undefined;
    client.on("error", () => {}); // whoever left has left
    client.once("close", () => open.delete(client));
    client.on("authentication", (context) => {
      if (context.method === "keyboard-interactive" && hasKey) ask(context, [...options.dialogues]);
      else if (context.method === "publickey" && isKey(context.key.data, options.firstKey)) {
        if (context.signature === undefined) context.accept();
        else {
          hasKey = true;
          context.reject(["keyboard-interactive"], true);
        }
      } else context.reject([hasKey ? "keyboard-interactive" : "publickey"]);
    });
    client.on("session", (accept) => {
      accept().on("exec", (acceptExec) => {
        const channel = acceptExec();
        channel.exit(0);
        channel.end();
      });
    });
  });
  return { ...(await listenSsh(t, server, open)), publicKeyLine: options.hostKey.publicKeyLine };
}

type Dialogue = Extract<AuthContext, { method: "keyboard-interactive" }>;

function ask(context: Dialogue, [next, ...later]: Asked[]): void {
  if (next === undefined) {
    context.accept();
    return;
  }
  const { name = "", instructions = "", prompts } = next;
  context.prompt([...prompts], name, instructions, (answers) => {
    if (next.isRight(answers)) ask(context, later);
    else context.reject(["keyboard-interactive"]);
  });
}

function isKey(data: Buffer, line: string | undefined): boolean {
  return line?.split(" ")[1] === data.toString("base64");
}
