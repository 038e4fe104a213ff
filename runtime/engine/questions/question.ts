// What may have to be asked of a person while hosts are worked on, and who can be asked.

import type {
  GivenSecret,
  GivenTrust,
  SecretKind,
  UnknownHostKey,
} from "../../protocol/questions.ts";

export type {
  GivenSecret,
  GivenTrust,
  SecretKind,
  UnknownHostKey,
} from "../../protocol/questions.ts";

export interface SecretQuestion {
  readonly what: SecretKind;
  /** `user@host:port` of the host that is to be reached. */
  readonly host: string;
  /** What its user calls it, when that is another name. */
  readonly alias?: string;
  /** `user@host:port` of the jump host on the way there, when it is that one which asks. */
  readonly hop?: string;
  /** What is asked for in the host's own words, or the key file. Whoever is asked gets it cleaned and bounded. */
  readonly prompt?: string;
  /**
   * Names what the answer opens, such as `password root@[web]:2222` or `passphrase /home/me/.ssh/id_rsa`: the same name, the
   * same answer, asked for once. Without it the answer is good for one time only.
   */
  readonly about?: string;
  /** The evaluation in whose name it is asked: its client is the one to ask. */
  readonly evaluationId?: string | undefined;
}

export interface HostKeysQuestion {
  readonly keys: readonly UnknownHostKey[];
  readonly evaluationId?: string | undefined;
}

/**
 * `declined`: `instead` names whose question of the same kind was put and declined, when it was not this one. `nobody`: there is
 * nobody to ask. `forbidden`: ssh_config says that nobody may be asked.
 */
export type Unanswered =
  | { readonly kind: "declined"; readonly instead?: string }
  | { readonly kind: "nobody" | "forbidden" };

/** A question as it is put. */
export interface PutSecret extends SecretQuestion {
  /** The last answer was wrong. */
  readonly retry: boolean;
  /** How many more wait to ask for their own; after declining this one nobody is asked for those. */
  readonly others?: number;
  /** Nobody is to be asked: what is kept is the answer, or there is none. */
  readonly keptOnly?: boolean;
}

/** Who puts questions to a person: the windows of a server, a terminal. Asked one question at a time; never rejects. */
export interface Asker {
  /** Aborting takes the question away, and resolves it. */
  askSecret(question: PutSecret, signal: AbortSignal): Promise<GivenSecret>;
  askHostKeys(question: HostKeysQuestion, signal: AbortSignal): Promise<GivenTrust>;
  /** An answer has proved wrong, or another one right in its place: whoever keeps answers forgets it. */
  forget(about: string): void;
}

/** Nobody is there to ask. */
export const nobody: Asker = {
  askSecret: () => Promise.resolve({ kind: "nobody" }),
  askHostKeys: () => Promise.resolve({ kind: "nobody" }),
  forget() {},
};
