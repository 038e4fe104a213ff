// Logging in: which ways in are tried, in which order, and what is said when none of them opens the door.
import type { AnyAuthMethod } from "ssh2";
import type { ConnectionError } from "../../../host-errors.ts";
import { offerDialogues } from "./dialogue-offers.ts";
import { offerKeys } from "./key-offers.ts";
import { describeLoginRefusal, type LoginNotes } from "./login-refusal.ts";
import type { LoginTools, Offer } from "./offer.ts";
import { offerPasswords } from "./password-offers.ts";

export interface Login {
  /**
   * What to try next; false when there is nothing more. `accepted` is what the host takes, after its first answer; `partial`
   * says that it took the last offer and wants something more. Rejects when somebody was asked and gave no answer.
   */
  next(accepted: readonly string[] | null, partial: boolean | null): Promise<AnyAuthMethod | false>;
  /** Resolves when a dialogue with the host is broken off, because somebody was asked in it and gave no answer. */
  readonly brokenOff: Promise<ConnectionError>;
  /** The host took the last offer, and lets us in. */
  succeeded(): void;
  /** The host said that it has enough, instead of answering the last offer. */
  dismissed(): void;
  /** Why nobody was let in. */
  refusal(): ConnectionError;
}

const METHODS = ["publickey", "keyboard-interactive", "password"] as const;
type Method = (typeof METHODS)[number];
type Offers = AsyncGenerator<Offer, undefined>;

export function createLogin(tools: LoginTools): Login {
  const { settings } = tools.destination;
  const notes: LoginNotes = { findings: [], locked: [], unasked: undefined };
  const brokenOff = Promise.withResolvers<ConnectionError>();
  const ways: Readonly<Record<Method, Offers>> = {
    publickey: offerKeys(tools, notes),
    "keyboard-interactive": offerDialogues(tools, notes, brokenOff.resolve),
    password: offerPasswords(tools, notes),
  };
  const order = orderOf(settings.preferredauthentications);
  let accepted: readonly string[] = [];
  let offered: Offer | undefined;

  function settleOffer(partial: boolean): void {
    const last = offered;
    offered = undefined;
    if (last === undefined || last.wasTakenBack?.() === true) return;
    if (partial) last.accepted?.();
    else last.refused?.();
    const finding = `${last.name} ${partial ? "is accepted, but not enough" : "is not accepted"}`;
    if (!notes.findings.includes(finding)) notes.findings.push(finding);
  }

  return {
    brokenOff: brokenOff.promise,
    async next(methods, partial) {
      accepted = methods ?? accepted;
      settleOffer(partial === true);
      // Keys may be offered at once; what needs a person only when the host has said that it takes it.
      const isWelcome = (method: Method) =>
        methods === null ? method === "publickey" && order[0] === method : methods.includes(method);
      for (const method of order.filter(isWelcome)) {
        const { value } = await ways[method].next();
        if (value === undefined) continue;
        offered = value;
        return value.method;
      }
      // Without a key the host is asked what it takes; a few let anybody in.
      return methods === null ? { type: "none", username: settings.user } : false;
    },
    succeeded: () => offered?.accepted?.(),
    dismissed: () => settleOffer(false),
    refusal: () => describeLoginRefusal(tools.destination, accepted, notes),
  };
}

function orderOf(preferred: readonly string[]): readonly Method[] {
  if (preferred.length === 0) return METHODS;
  const isOurs = (name: string): name is Method => METHODS.some((method) => method === name);
  return preferred.filter(isOurs);
}
