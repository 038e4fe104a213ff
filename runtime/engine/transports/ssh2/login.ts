// Logging in: which keys are offered in which order, and what is said when none of them opens the door.
import type { AnyAuthMethod, AuthenticationType, ParsedKey } from "ssh2";
import { ConnectionError } from "../transport.ts";
import type { Agent } from "./agent.ts";
import type { Destination } from "./destination.ts";
import type { KeyFiles } from "./key-files.ts";

export interface Login {
  /**
   * What to try next; false when there is nothing more. `accepted` is what the host takes, after its first answer; `partial`
   * says that it took the last offer and wants something more.
   */
  next(
    accepted: readonly AuthenticationType[] | null,
    partial: boolean | null,
  ): Promise<AnyAuthMethod | false>;
  /** Why nobody was let in. */
  refusal(): ConnectionError;
}

/** One offer, and how it is named when the host refuses it. */
interface Offer {
  readonly method: AnyAuthMethod;
  readonly name: string;
}

export function createLogin(
  destination: Destination,
  keyFiles: KeyFiles,
  agent: Agent | undefined,
): Login {
  const findings: string[] = [];
  const locked: string[] = [];
  let accepted: readonly string[] = [];
  let offered: Offer | undefined;
  const offers = makeOffers(destination, keyFiles, agent, { findings, locked });
  return {
    async next(methods, partial) {
      accepted = methods ?? accepted;
      const verdict = partial === true ? "is accepted, but not enough" : "is not accepted";
      if (offered !== undefined) findings.push(`${offered.name} ${verdict}`);
      offered = undefined;
      // Once the host has said that it takes no keys, the others need not be shown to it.
      if (methods !== null && !methods.includes("publickey")) return false;
      const { value } = await offers.next();
      offered = value ?? undefined;
      if (offered !== undefined) return offered.method;
      // Without a key the host is asked what it takes, for the message; a few let anybody in.
      const username = destination.settings.user;
      return accepted.length === 0 ? { type: "none", username } : false;
    },
    refusal: () => describeRefusal(destination, accepted, findings, locked),
  };
}

interface Notes {
  /** What became of each way in. */
  readonly findings: string[];
  /** Key files that need a passphrase. */
  readonly locked: string[];
}

/** Keys that somebody chose, then those of the agent, then the defaults; each key once. */
async function* makeOffers(
  destination: Destination,
  keyFiles: KeyFiles,
  agent: Agent | undefined,
  notes: Notes,
): AsyncGenerator<Offer, undefined> {
  const { settings, chosenKeys, defaultKeys } = destination;
  if (settings.pubkeyauthentication === "false" || settings.pubkeyauthentication === "no") {
    notes.findings.push("ssh_config forbids keys (PubkeyAuthentication no)");
    return undefined;
  }
  const seen = new Set<string>();
  const sources = { keyFiles, agent, notes, username: settings.user };
  for (const path of chosenKeys) yield* offerFile(path, sources, seen, true);
  if (settings.identitiesonly !== "yes" && agent !== undefined) {
    for (const key of await listKeys(agent, notes)) {
      yield* offerAgentKey(key, agent, settings.user, seen);
    }
  }
  for (const path of defaultKeys) yield* offerFile(path, sources, seen, false);
  return undefined;
}

interface Sources {
  readonly keyFiles: KeyFiles;
  readonly agent: Agent | undefined;
  readonly notes: Notes;
  readonly username: string;
}

async function* offerFile(
  path: string,
  { keyFiles, agent, notes, username }: Sources,
  seen: Set<string>,
  chosen: boolean,
): AsyncGenerator<Offer, undefined> {
  const file = await keyFiles.read(path);
  switch (file.kind) {
    case "usable":
      if (isNew(file.publicKey, seen)) {
        yield { method: { type: "publickey", username, key: file.key as never }, name: path };
      }
      return undefined;
    case "absent":
      if (chosen) notes.findings.push(`${path} does not exist`);
      return undefined;
    case "unusable":
      notes.findings.push(`${path} cannot be read: ${file.reason}`);
      return undefined;
    case "encrypted":
    case "publicOnly": {
      const { publicKey } = file;
      const keys = agent === undefined ? [] : await listKeys(agent, notes);
      const held = keys.find((key) => publicKey?.equals(key.getPublicSSH()));
      if (held !== undefined && agent !== undefined) {
        yield* offerAgentKey(held, agent, username, seen);
        return undefined;
      }
      notes.findings.push(
        `${path} ${file.kind === "encrypted" ? "needs a passphrase" : "is a public key, and no agent holds its other half"}`,
      );
      if (file.kind === "encrypted") notes.locked.push(path);
      return undefined;
    }
  }
}

async function listKeys(agent: Agent, notes: Notes): Promise<readonly ParsedKey[]> {
  let keys: readonly ParsedKey[] = [];
  let finding = "the ssh-agent holds no key";
  try {
    keys = await agent.listKeys();
  } catch (error) {
    finding = `the ssh-agent does not answer: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (keys.length === 0 && !notes.findings.includes(finding)) notes.findings.push(finding);
  return keys;
}

function* offerAgentKey(
  key: ParsedKey,
  agent: Agent,
  username: string,
  seen: Set<string>,
): Generator<Offer, undefined> {
  if (!isNew(key.getPublicSSH(), seen)) return undefined;
  const name = `the agent's key ${key.comment === "" ? key.type : key.comment}`;
  yield { method: { type: "agent", username, agent: agent.only([key]) }, name };
  return undefined;
}

function isNew(publicKey: Buffer, seen: Set<string>): boolean {
  const name = publicKey.toString("base64");
  if (seen.has(name)) return false;
  seen.add(name);
  return true;
}

function describeRefusal(
  destination: Destination,
  accepted: readonly string[],
  findings: readonly string[],
  locked: readonly string[],
): ConnectionError {
  const { place, hostToVerify } = destination;
  const found = findings.length === 0 ? "there is none to offer" : findings.join("; ");
  const takes = accepted.length === 0 ? "" : `; the host takes ${accepted.join(", ")}`;
  const [lockedFile] = locked;
  const target = hostToVerify.sshCommand.replace(/^ssh | true$/gu, "");
  const next =
    !accepted.includes("publickey") && accepted.length > 0
      ? "passwords are not supported yet: let the host take keys (PubkeyAuthentication), and put one there"
      : lockedFile === undefined
        ? `put your key on the host (ssh-copy-id ${target}), or name the right one with sshKey`
        : `put the key into your ssh-agent: ssh-add ${lockedFile}`;
  return new ConnectionError("refused", `no usable key (${place}): ${found}${takes}`, next);
}
