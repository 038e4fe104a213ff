// The password of an account: asked for as often as ssh_config allows, and not at all where it forbids that.
import { describeUnanswered } from "../../../questions/unanswered.ts";
import type { Destination } from "./destination.ts";
import type { LoginNotes } from "./login-refusal.ts";
import type { LoginTools, Offer } from "./offer.ts";

/** Throws `ConnectionError` when nobody gives it. */
export async function* offerPasswords(
  { destination, person }: LoginTools,
  notes: LoginNotes,
): AsyncGenerator<Offer, undefined> {
  const { settings } = destination;
  if (settings.passwordauthentication === "no") {
    notes.findings.push("ssh_config forbids passwords (PasswordAuthentication no)");
    return undefined;
  }
  const question = { what: "password", about: nameOfPassword(destination) } as const;
  for (let tries = 0; tries < settings.numberofpasswordprompts; tries += 1) {
    const answer = await person.ask(question);
    if (answer.kind !== "answered") {
      throw describeUnanswered(person.describe(question), answer, notes.findings);
    }
    const { user: username } = settings;
    yield {
      method: { type: "password", username, password: answer.value },
      name: "the password",
      accepted: () => answer.right(),
      refused() {
        const { because } = answer.wrong();
        if (because !== undefined) notes.findings.push(because);
      },
    };
  }
  return undefined;
}

/** By the name under which the host was verified: behind two jump hosts one address may be two hosts. */
export function nameOfPassword({ settings, hostToVerify }: Destination): string {
  return `password ${settings.user}@${hostToVerify.name}`;
}
