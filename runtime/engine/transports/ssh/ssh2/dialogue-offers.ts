// Keyboard-interactive logins: the host asks whatever it wants, and a person answers each question of it.
import type { Prompt } from "ssh2";
import type { SecretAnswer } from "../../../questions/questions.ts";
import { describeUnanswered } from "../../../questions/unanswered.ts";
import { ConnectionError } from "../../../host-errors.ts";
import { asksForPassword } from "../password-prompt.ts";
import type { LoginNotes } from "./login-refusal.ts";
import type { LoginTools, Offer } from "./offer.ts";
import { nameOfPassword } from "./password-offers.ts";

/** No host asks for more at once; one that does wants something else. */
const MOST_PROMPTS = 20;

type Answered = Extract<SecretAnswer, { kind: "answered" }>;

/** `breakOff`: the host waits for an answer that nobody gives, and only the end of the connection ends that. */
export async function* offerDialogues(
  tools: LoginTools,
  notes: LoginNotes,
  breakOff: (why: ConnectionError) => void,
): AsyncGenerator<Offer, undefined> {
  const { settings } = tools.destination;
  if (settings.kbdinteractiveauthentication === "no") {
    notes.findings.push("ssh_config forbids that the host asks (KbdInteractiveAuthentication no)");
    return undefined;
  }
  for (let tries = 0; tries < settings.numberofpasswordprompts; tries += 1) {
    const given: Answered[] = [];
    yield {
      method: {
        type: "keyboard-interactive",
        username: settings.user,
        prompt(name, instructions, _language, prompts, finish) {
          const words = `${name} ${instructions}`;
          void answerAll(words, prompts, tools, notes, given).then(finish, breakOff);
        },
      },
      name: "the answer to what it asks",
      accepted: () => {
        for (const answer of given) answer.right();
      },
      refused: () => {
        for (const answer of given) answer.wrong();
      },
    };
    if (given.length === 0) return undefined; // It asked nothing, and would not the next time.
  }
  return undefined;
}

/** Rejects with `ConnectionError` when nobody answers, with the signal's reason when nobody wants to know any more. */
async function answerAll(
  words: string,
  prompts: readonly Prompt[],
  { destination, person }: LoginTools,
  notes: LoginNotes,
  given: Answered[],
): Promise<string[]> {
  if (prompts.length > MOST_PROMPTS) {
    throw new ConnectionError(
      "refused",
      `the host asks ${String(prompts.length)} questions at once (${destination.place})`,
      "log in by hand to see what it wants",
    );
  }
  const answers: string[] = [];
  for (const { prompt, echo } of prompts) {
    const isPassword = echo !== true && given.length === 0 && asksForPassword(prompt);
    const question = {
      what: isPassword ? "password" : "code",
      prompt: `${words} ${prompt}`,
      ...(isPassword && { about: nameOfPassword(destination) }),
    } as const;
    const answer = await person.ask(question);
    if (answer.kind !== "answered") {
      throw describeUnanswered(person.describe(question), answer, notes.findings);
    }
    given.push(answer);
    answers.push(answer.value);
  }
  return answers;
}
