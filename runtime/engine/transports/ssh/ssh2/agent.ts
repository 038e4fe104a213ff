// The user's ssh-agent: asked for its keys once for all hosts that connect at the same moment.
import type {
  BaseAgent,
  IdentityCallback,
  ParsedKey,
  SignCallback,
  SigningRequestOptions,
} from "ssh2";

export interface Agent {
  /** Rejects when the agent does not answer. */
  listKeys(): Promise<readonly ParsedKey[]>;
  /** An agent that knows these keys only: what one login may offer. */
  only(keys: readonly ParsedKey[]): BaseAgent;
}

type PublicKey = string | Buffer | ParsedKey;

export interface AgentMaker {
  readonly BaseAgent: typeof BaseAgent;
  createAgent(socketPath: string): BaseAgent;
}

export function createAgent(ssh2: AgentMaker, socketPath: string): Agent {
  const agent = ssh2.createAgent(socketPath);
  let listing: Promise<readonly ParsedKey[]> | undefined;

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
      listing ??= listKeys(agent).finally(() => (listing = undefined));
      return listing;
    },
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

function listKeys(agent: BaseAgent): Promise<readonly ParsedKey[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly ParsedKey[]>();
  agent.getIdentities((error, keys) => {
    if (error) reject(error);
    else resolve((keys ?? []) as ParsedKey[]);
  });
  return promise;
}
