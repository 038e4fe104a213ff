// Whether a host may be spoken to: its key is known, or becomes so as ssh_config and a person decide. The only writer of known_hosts.
import type { Clock } from "../waiting/clock.ts";
import type { SecretQuestion } from "../questions/question.ts";
import type { Questions } from "../questions/questions.ts";
import { ConnectionError } from "../host-errors.ts";
import { makeItAsk } from "./asking-command.ts";
import { keyTypeOf } from "./host-key.ts";
import { createKnownHostsWriter } from "./known-hosts-writer.ts";
import type { KnownHosts } from "./known-hosts.ts";
import { createStrangers, type Decision, type Strangers } from "./strangers.ts";
import { type HostToVerify, judgeHostKey, type Stranger } from "./verify.ts";

/** `yes`: unknown keys are refused. `ask`: a person decides. `accept-new`, `no`: they are trusted. Changed ones never are. */
export type Strictness = "yes" | "ask" | "accept-new" | "no";

export interface ShownKey extends Pick<SecretQuestion, "host" | "alias" | "hop" | "evaluationId"> {
  /** Who shows the key. */
  readonly verified: HostToVerify;
  readonly knownHosts: KnownHosts;
  readonly blob: Buffer;
  readonly strictness: Strictness;
  /** HashKnownHosts. */
  readonly isHashed: boolean;
}

export interface Trust extends Strangers {
  /** Why the host must not be spoken to; undefined when it may. `wait` wraps the time in which a person thinks. */
  verify(
    shown: ShownKey,
    signal: AbortSignal,
    wait: <T>(decision: Promise<T>) => Promise<T>,
  ): Promise<ConnectionError | undefined>;
}

const TRUSTED: Promise<Decision> = Promise.resolve("trusted");

export function createTrust(questions: Questions, clock: Clock): Trust {
  const strangers = createStrangers(questions, clock);
  const writer = createKnownHostsWriter();
  /** Keys that no file could take: trusted as long as this process lives. */
  const unwritten = new Set<string>();

  /** Who cannot write is not kept out, as with OpenSSH. */
  async function remember(shown: ShownKey): Promise<void> {
    await write(shown).catch(() => unwritten.add(nameOf(shown)));
  }

  async function rememberIf(decision: Decision, shown: ShownKey): Promise<Decision> {
    if (decision === "trusted") await remember(shown);
    return decision;
  }

  async function write({ verified, blob, isHashed }: ShownKey): Promise<void> {
    const [file] = verified.files;
    const type = keyTypeOf(blob);
    if (file === undefined || type === undefined) throw new Error("there is no file for it");
    await writer.add(file, { name: verified.name, type, blob, isHashed });
  }

  function decide(
    shown: ShownKey,
    { type, fingerprint, note }: Stranger,
    signal: AbortSignal,
  ): Promise<Decision> {
    const { host, alias, hop, verified, evaluationId } = shown;
    const key = {
      host,
      ...(alias !== undefined && { alias }),
      ...(hop !== undefined && { hop }),
      name: verified.name,
      type,
      fingerprint,
      ...(note !== undefined && { note }),
    };
    return strangers.decide(key, evaluationId, signal);
  }

  return {
    ...strangers,
    async verify(shown, signal, wait) {
      const { verified, knownHosts, blob, strictness } = shown;
      const verdict = judgeHostKey(verified, knownHosts, blob);
      if (verdict.kind === "known") return undefined;
      if (verdict.kind === "refused") return verdict.refusal;
      if (unwritten.has(nameOf(shown))) return undefined;
      const { stranger } = verdict;
      if (strictness === "yes") return stranger.refuse(makeItAsk(verified.sshCommand));
      const asked = strictness === "ask" ? decide(shown, stranger, signal) : TRUSTED;
      // A host that has lost patience meanwhile is called again when the key is in the file.
      const decision = await wait(asked.then((one) => rememberIf(one, shown)));
      if (decision === "nobody") return stranger.refuse(verified.sshCommand);
      return decision === "declined" ? describeDeclined(verified, stranger) : undefined;
    },
  };
}

function nameOf({ verified, blob }: ShownKey): string {
  return JSON.stringify([verified.name, verified.files[0], blob.toString("base64")]);
}

function describeDeclined({ place, sshCommand }: HostToVerify, stranger: Stranger) {
  const { type, fingerprint } = stranger;
  return new ConnectionError(
    "refused",
    `the unknown host key ${type} ${fingerprint} was not trusted (${place})`,
    `compare it with what the host itself says, then run it again and trust it, or accept it by hand: ${sshCommand}`,
  );
}
