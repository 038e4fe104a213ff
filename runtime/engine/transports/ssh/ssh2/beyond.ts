// Ways in that only the system's ssh has, looked for once the host has taken no key of ours: certificates and keys of FIDO devices.
import { access, readFile } from "node:fs/promises";
import { askProgram } from "../../ask-program.ts";
import { NeedsOpensshError } from "../../../host-errors.ts";
import { type Agent, AGENT_PATIENCE_MS } from "./agent.ts";
import type { Destination } from "./destination.ts";

const FIDO_KEY = /\bsk-(?:ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com/u;

export interface BeyondSearch {
  readonly destination: Destination;
  readonly agent: Agent | undefined;
  /** Where `ssh-add` is looked for. */
  readonly searchPath: string | undefined;
}

/** Rejects with `NeedsOpensshError` when there is one. */
export async function refuseIfOpensshHasMore(search: BeyondSearch): Promise<void> {
  const { place, identityFiles } = search.destination;
  const ofFiles = await Promise.all(identityFiles.map(lookAtFile));
  const because = ofFiles.find((one) => one !== undefined) ?? (await lookAtAgent(search));
  if (because === undefined) return;
  throw new NeedsOpensshError(
    because,
    `no usable key (${place}): ${because}, which only the system's ssh can offer`,
  );
}

async function lookAtFile(path: string): Promise<string | undefined> {
  const certificate = `${path.replace(/\.pub$/u, "")}-cert.pub`;
  const hasCertificate = await access(certificate).then(
    () => true,
    () => false,
  );
  if (hasCertificate) return `there is the certificate ${certificate}`;
  const text = await readFile(path, "latin1").catch(() => "");
  const decoded = Buffer.from(text.replaceAll(/^-.*$/gmu, ""), "base64").toString("latin1");
  return FIDO_KEY.test(text) || FIDO_KEY.test(decoded)
    ? `${path} is the key of a FIDO device`
    : undefined;
}

async function lookAtAgent(search: BeyondSearch): Promise<string | undefined> {
  const { destination, agent, searchPath } = search;
  const { agentSocket, settings } = destination;
  if (agentSocket === undefined || agent?.isSilent() || settings.identitiesonly === "yes")
    return undefined;
  const keys = await listAgent(agentSocket, searchPath);
  if (keys.some((key) => /^\S+-cert-v01@/u.test(key))) return "the ssh-agent holds a certificate";
  if (keys.some((key) => FIDO_KEY.test(key))) return "the ssh-agent holds the key of a FIDO device";
  return undefined;
}

/** ssh2 passes over what it cannot read, so OpenSSH's own program is asked. */
async function listAgent(
  socket: string,
  searchPath: string | undefined,
): Promise<readonly string[]> {
  const environment = {
    ...(searchPath !== undefined && { PATH: searchPath }),
    SSH_AUTH_SOCK: socket,
  };
  const options = { environment, timeoutMs: AGENT_PATIENCE_MS };
  const { failure, out } = await askProgram("ssh-add", ["-L"], options);
  return failure === undefined ? out.split("\n") : []; // An agent that cannot be asked has nothing to add.
}
