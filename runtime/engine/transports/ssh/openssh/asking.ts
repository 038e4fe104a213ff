// Answers the questions of one ssh while it logs in: each is put to a person, and what proves wrong is not given again.
import { once } from "node:events";
import { type Server, type Socket, createServer } from "node:net";
import path from "node:path";
import type { SecretAnswer } from "../../../questions/questions.ts";
import { describeUnanswered } from "../../../questions/unanswered.ts";
import type { Decision } from "../../../trust/strangers.ts";
import type { Trust } from "../../../trust/trust.ts";
import type { SshSettings } from "../config/settings.ts";
import { type PersonOptions, createPerson } from "../person.ts";
import { ConnectionError } from "../../../host-errors.ts";
import type { Environment } from "../../transport.ts";
import { type AskpassQuestion, askpassQuestionSchema, writeAskpass } from "./askpass.ts";
import { type Asked, readPrompt } from "./prompts.ts";

export interface Asking {
  /** By these ssh finds whom to ask. */
  readonly variables: Environment;
  /** Why a key stayed locked, as what to say when nothing else let us in. */
  lockedOut(): ConnectionError | undefined;
  /** The host let us in, so what was given is right. */
  accepted(): void;
  /** The host did not let us in, so what was given is wrong. */
  refused(): void;
  stop(): void;
}

export interface AskingOptions extends Omit<PersonOptions, "hop"> {
  /** A private one, for the socket and the program. */
  readonly folder: string;
  readonly settings: SshSettings;
  readonly trust: Trust;
  /** Something was asked that nobody answered: it makes no sense to go on. */
  onUnanswered(why: ConnectionError): void;
}

type Stranger = Extract<Asked, { kind: "trust" }>;
type Secret = Extract<Asked, { kind: "secret" }>;
type Answered = Extract<SecretAnswer, { kind: "answered" }>;

const LONGEST_QUESTION_BYTES = 200_000;
const YES = "yes\n";
const NO = "no\n";
/** To ssh an empty passphrase means: leave this key. */
const LEAVE_THE_KEY = "\n";

export async function startAsking(options: AskingOptions): Promise<Asking> {
  const { folder, settings } = options;
  const socketPath = path.join(folder, "a");
  const given = new Map<string, Answered>();
  let locked: ConnectionError | undefined;

  /** What ssh gets; undefined: nothing, as long as it waits. */
  async function answer(asked: Asked, signal: AbortSignal): Promise<string | undefined> {
    switch (asked.kind) {
      case "notice":
        return undefined;
      case "refusal":
        return NO;
      case "trust":
        return (await decide(asked, signal)) === "trusted" ? YES : NO;
      case "secret":
        return askPerson(asked, signal);
    }
  }

  function decide({ key, hop }: Stranger, signal: AbortSignal): Promise<Decision> {
    const { host, evaluationId, waiting, trust } = options;
    const whose = { host, ...(hop !== undefined && { hop }) };
    return waiting.during(trust.decide({ ...key, ...whose }, evaluationId, signal));
  }

  async function askPerson({ question, hop }: Secret, signal: AbortSignal): Promise<string> {
    const name = JSON.stringify([question, hop]);
    given.get(name)?.wrong(); // It would not ask again for what was right.
    given.delete(name);
    const ofHop = hop !== undefined && { hop, password: undefined };
    const person = createPerson({ ...options, signal, ...ofHop });
    const got = await person.ask(question).catch(giveUp);
    if (got === undefined) return "";
    if (got.kind === "answered") {
      given.set(name, got);
      return `${got.value}\n`;
    }
    const why = describeUnanswered(person.describe(question), got);
    if (question.what === "passphrase") locked = why;
    else options.onUnanswered(why);
    return question.what === "passphrase" ? LEAVE_THE_KEY : "";
  }

  /** Throws what is not about the way to the host. */
  function giveUp(error: unknown): undefined {
    if (!(error instanceof ConnectionError)) throw error;
    options.onUnanswered(error);
  }

  const server = createServer((socket) => {
    const signal = AbortSignal.any([options.signal, endOf(socket)]);
    void serve(socket, (asked) => answer(readPrompt(asked, settings), signal));
  });
  await listen(server, socketPath);
  const variables = await writeAskpass(folder, socketPath).catch((error: unknown) => {
    server.close();
    throw error;
  });
  return {
    variables,
    lockedOut: () => locked,
    accepted() {
      for (const one of given.values()) one.right();
    },
    refused() {
      for (const one of given.values()) one.wrong();
    },
    stop: () => void server.close(),
  };
}

async function listen(server: Server, socketPath: string): Promise<void> {
  server.listen(socketPath);
  await once(server, "listening");
}

/** Aborted when ssh does not wait any more. */
function endOf(socket: Socket): AbortSignal {
  const end = new AbortController();
  socket.once("close", () => end.abort(new Error("ssh does not wait for the answer any more")));
  socket.on("error", () => {}); // Its end follows, which is what counts.
  return end.signal;
}

async function serve(
  socket: Socket,
  answer: (asked: AskpassQuestion) => Promise<string | undefined>,
): Promise<void> {
  try {
    const question = askpassQuestionSchema.parse(JSON.parse(await readLine(socket)));
    const text = await answer(question);
    if (text !== undefined) socket.end(text);
  } catch {
    socket.destroy(); // No question of ssh's, or nobody waits any more: without an answer it goes on by itself.
  }
}

async function readLine(socket: Socket): Promise<string> {
  let text = "";
  socket.setEncoding("utf8");
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  socket.on("data", (chunk: string) => {
    text += chunk;
    if (text.length > LONGEST_QUESTION_BYTES) reject(new Error("too long"));
    else if (text.includes("\n")) resolve(text);
  });
  socket.once("close", () => reject(new Error("it ended")));
  return promise;
}
