// The keys that a login offers: those that somebody chose, then those of the agent, then the defaults; each key once.
import type { ParsedKey } from "ssh2";
import { type Agent, createLockedKeyAgent } from "./agent.ts";
import type { KeyFile } from "./key-files.ts";
import { UNASKED } from "../../../questions/unanswered.ts";
import type { LoginNotes } from "./login-refusal.ts";
import type { LoginTools, Offer } from "./offer.ts";

type Offers = AsyncGenerator<Offer, undefined>;

/** What one login knows while it goes through its keys. */
interface Search extends LoginTools {
  readonly notes: LoginNotes;
  readonly username: string;
  /** Keys that were offered. */
  readonly seen: Set<string>;
}

export async function* offerKeys(tools: LoginTools, notes: LoginNotes): Offers {
  const { settings, chosenKeys, defaultKeys } = tools.destination;
  if (settings.pubkeyauthentication === "false" || settings.pubkeyauthentication === "no") {
    notes.findings.push("ssh_config forbids keys (PubkeyAuthentication no)");
    return undefined;
  }
  const search = { ...tools, notes, username: settings.user, seen: new Set<string>() };
  for (const path of chosenKeys) yield* offerFile(path, search, true);
  const { agent } = tools;
  if (settings.identitiesonly !== "yes" && agent !== undefined) {
    for (const key of await listKeys(agent, notes)) yield* offerAgentKey(key, agent, search);
  }
  for (const path of defaultKeys) yield* offerFile(path, search, false);
  await tools.keysExhausted();
  return undefined;
}

async function* offerFile(path: string, search: Search, chosen: boolean): Offers {
  const { keyFiles, notes } = search;
  const file = await keyFiles.read(path);
  switch (file.kind) {
    case "usable":
      yield* offerUsable(path, file, search);
      return undefined;
    case "absent":
      if (chosen) notes.findings.push(`${path} does not exist`);
      return undefined;
    case "unusable":
      notes.findings.push(`${path} cannot be read: ${file.reason}`);
      return undefined;
    case "encrypted":
    case "publicOnly": {
      const { agent } = search;
      const keys = agent === undefined ? [] : await listKeys(agent, notes);
      const held = keys.find((key) => file.publicKey?.equals(key.getPublicSSH()));
      if (held !== undefined && agent !== undefined) yield* offerAgentKey(held, agent, search);
      else if (file.kind === "encrypted") yield* offerLocked(path, file.publicKey, search);
      else notes.findings.push(`${path} is a public key, and no agent holds its other half`);
      return undefined;
    }
  }
}

function* offerUsable(
  path: string,
  { key, publicKey }: Extract<KeyFile, { kind: "usable" }>,
  { seen, username }: Search,
): Generator<Offer, undefined> {
  if (!isNew(publicKey, seen)) return undefined;
  yield { method: { type: "publickey", username, key: key as never }, name: path };
  return undefined;
}

/** Where the public half can be read, its passphrase is asked for only when the host takes the key. */
async function* offerLocked(path: string, publicKey: Buffer | undefined, search: Search): Offers {
  const { ssh2, username, seen } = search;
  if (publicKey === undefined) {
    const file = await unlock(path, search);
    if (file !== undefined) yield* offerUsable(path, file, search);
    return undefined;
  }
  if (!isNew(publicKey, seen)) return undefined;
  let wasTakenBack = false;
  const agent = createLockedKeyAgent(ssh2, publicKey, async () => {
    const file = await unlock(path, search);
    wasTakenBack = file === undefined;
    return file?.key;
  });
  const method = { type: "agent", username, agent } as const;
  yield { method, name: path, wasTakenBack: () => wasTakenBack };
  return undefined;
}

/** Undefined when nobody knows the passphrase; why is in the notes. */
async function unlock(
  path: string,
  { keyFiles, person, notes, destination }: Search,
): Promise<Extract<KeyFile, { kind: "usable" }> | undefined> {
  const tries = destination.settings.numberofpasswordprompts;
  for (let count = 0; count < tries; count += 1) {
    const answer = await person.ask({
      what: "passphrase",
      prompt: path,
      about: `passphrase ${path}`,
    });
    if (answer.kind !== "answered") {
      const { kind } = answer;
      if (kind !== "declined") notes.unasked = kind;
      const why = kind === "declined" ? "it was not given" : UNASKED[kind].why;
      notes.findings.push(`${path} needs a passphrase, and ${why}`);
      notes.locked.push(path);
      return undefined;
    }
    const file = await keyFiles.unlock(path, answer.value);
    if (file.kind === "usable") return file;
    answer.wrong();
  }
  notes.findings.push(`${path} needs a passphrase, and what was given was not it`);
  notes.locked.push(path);
  return undefined;
}

async function listKeys(agent: Agent, notes: LoginNotes): Promise<readonly ParsedKey[]> {
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
  { username, seen }: Search,
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
