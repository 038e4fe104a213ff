// The user's ssh-agent: asked for its keys once for all hosts that connect at the same moment.
import type { Duplex } from "node:stream";
import type {
  BaseAgent,
  IdentityCallback,
  ParsedKey,
  SignCallback,
  SigningRequestOptions,
} from "ssh2";
import type { Clock } from "../../../waiting/clock.ts";
import { within } from "../../../waiting/within.ts";

/** How long an agent may take to say which keys it holds. */
export const AGENT_PATIENCE_MS = 5000;
/** How long one that said nothing is left alone: every login would wait for it again. */
const SILENCE_HOLDS_MS = 30_000;

export interface Agent {
  /** Rejects when the agent does not answer. */
  listKeys(): Promise<readonly ParsedKey[]>;
  /** It accepts connections and says nothing; held to be so for a while. */
  isSilent(): boolean;
  /** An agent that knows these keys only: what one login may offer. */
  only(keys: readonly ParsedKey[]): BaseAgent;
}

type PublicKey = string | Buffer | ParsedKey;

export interface AgentMaker {
  readonly BaseAgent: typeof BaseAgent;
  createAgent(socketPath: string): BaseAgent;
}

export function createAgent(ssh2: AgentMaker, socketPath: string, clock: Clock): Agent {
  const agent = ssh2.createAgent(socketPath);
  let listing: Promise<readonly ParsedKey[]> | undefined;
  let silence: Error | undefined;

  async function listInTime(): Promise<readonly ParsedKey[]> {
    if (silence !== undefined) throw silence;
    const question = askForKeys(ssh2.createAgent(socketPath));
    const keys = await within(clock, AGENT_PATIENCE_MS, question.keys);
    if (keys !== undefined) return keys;
    question.giveUp();
    clock.after(SILENCE_HOLDS_MS, () => (silence = undefined));
    silence = new Error(`it has said nothing for ${AGENT_PATIENCE_MS / 1000} s`);
    throw silence;
  }

  class SomeKeysAgent extends ssh2.BaseAgent {
    readonly #keys: readonly ParsedKey[];

    constructor(keys: readonly ParsedKey[]) {
      super();
      this.#keys = keys;
    }

    override getIdentities(done: IdentityCallback): void {
      done(undefined, [...this.#keys]);
    }

    override sign(
      key: PublicKey,
      data: Buffer,
      options: SigningRequestOptions | SignCallback,
      done?: SignCallback,
    ): void {
      if (typeof options === "function") agent.sign(key, data, options);
      else agent.sign(key, data, options, done);
    }
  }

  return {
    listKeys() {
      listing ??= listInTime().finally(() => (listing = undefined));
      return listing;
    },
    isSilent: () => silence !== undefined,
    only: (keys) => new SomeKeysAgent(keys),
  };
}

/** One key whose private half is behind a passphrase: it is unlocked when the host wants a signature of it. */
export function createLockedKeyAgent(
  ssh2: AgentMaker,
  publicKey: Buffer,
  unlock: () => Promise<ParsedKey | undefined>,
): BaseAgent {
  class LockedKeyAgent extends ssh2.BaseAgent {
    override getIdentities(done: IdentityCallback): void {
      done(undefined, [publicKey]);
    }

    override sign(
      _key: PublicKey,
      data: Buffer,
      options: SigningRequestOptions | SignCallback,
      done?: SignCallback,
    ): void {
      const [hash, tell] =
        typeof options === "function" ? [undefined, options] : [options.hash, done];
      unlock()
        .then((key) => {
          if (key === undefined) throw new Error("nobody gave the passphrase");
          const signature: Buffer | Error = key.sign(data, hash);
          if (signature instanceof Error) throw signature;
          return signature;
        })
        .then(
          (signature) => tell?.(undefined, signature),
          (error: unknown) => tell?.(error instanceof Error ? error : new Error(String(error))),
        );
    }
  }
  return new LockedKeyAgent();
}

interface KeysQuestion {
  readonly keys: Promise<readonly ParsedKey[]>;
  giveUp(): void;
}

/** `agent` is for this one question: what ssh2 waits on without end is known to its `getStream` only. */
function askForKeys(agent: BaseAgent): KeysQuestion {
  const { promise: keys, resolve, reject } = Promise.withResolvers<readonly ParsedKey[]>();
  let stream: Duplex | undefined;
  const open = agent.getStream?.bind(agent);
  agent.getStream = (done) =>
    open?.((error, opened) => {
      stream = opened;
      done(error, opened);
    });
  agent.getIdentities((error, known) => {
    if (error) reject(error);
    else resolve((known ?? []) as ParsedKey[]);
  });
  return { keys, giveUp: () => stream?.destroy() };
}
