// What one way of logging in offers to a host, and what it has to do so.
import type { AnyAuthMethod } from "ssh2";
import type { Agent, AgentMaker } from "./agent.ts";
import type { Destination } from "./destination.ts";
import type { KeyFiles } from "./key-files.ts";
import type { Person } from "../person.ts";

/** One try, and how it is named when the host refuses it. */
export interface Offer {
  readonly method: AnyAuthMethod;
  readonly name: string;
  /** The host took it, though it may want something more. */
  accepted?(): void;
  /** The host did not take it. */
  refused?(): void;
  /** Whether it was not the host that ended it; why is in the notes. */
  wasTakenBack?(): boolean;
}

export interface LoginTools {
  readonly destination: Destination;
  readonly keyFiles: KeyFiles;
  readonly agent: Agent | undefined;
  readonly ssh2: AgentMaker;
  readonly person: Person;
  /** Called once the host has taken none of the keys; rejects when the system's ssh has more to offer. */
  readonly keysExhausted: () => Promise<void>;
}
