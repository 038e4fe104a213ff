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

interface AgentMaker {
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

function listKeys(agent: BaseAgent): Promise<readonly ParsedKey[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly ParsedKey[]>();
  agent.getIdentities((error, keys) => {
    if (error) reject(error);
    else resolve((keys ?? []) as ParsedKey[]);
  });
  return promise;
}
