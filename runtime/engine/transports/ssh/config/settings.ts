// What OpenSSH's configuration says about one host: the answer of `ssh -G`, checked and reduced to what we can act on.
import { z } from "zod";

const count = z.coerce.number().int();
const words = z.string().transform((text) => text.split(/\s+/u).filter((word) => word !== ""));
const list = z.string().transform((text) => text.split(",").filter((item) => item !== ""));
const optional = z.string().transform((text) => (text === "none" ? undefined : text));

export const settingsSchema = z.object({
  hostname: z.string().min(1),
  user: z.string().min(1),
  port: count.min(1).max(65_535),
  addressfamily: z.enum(["any", "inet", "inet6"]).default("any"),
  bindaddress: optional.optional(),
  hostkeyalias: optional.optional(),
  userknownhostsfile: words.default(["~/.ssh/known_hosts", "~/.ssh/known_hosts2"]),
  globalknownhostsfile: words.default(["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"]),
  revokedhostkeys: optional.optional(),
  identityfile: z.array(z.string()).default([]),
  certificatefile: z.array(z.string()).default([]),
  pkcs11provider: optional.optional(),
  knownhostscommand: optional.optional(),
  gssapiauthentication: z.string().default("no"),
  identitiesonly: z.string().default("no"),
  identityagent: z.string().optional(),
  pubkeyauthentication: z.string().default("true"),
  passwordauthentication: z.string().default("yes"),
  kbdinteractiveauthentication: z.string().default("yes"),
  preferredauthentications: list.default([]),
  numberofpasswordprompts: count.min(0).max(100).catch(3).default(3),
  batchmode: z.string().default("no"),
  stricthostkeychecking: z
    .enum(["true", "yes", "ask", "accept-new", "false", "no", "off"])
    .catch("ask")
    .default("ask"),
  hashknownhosts: z.string().default("no"),
  proxyjump: optional.optional(),
  proxycommand: optional.optional(),
  proxyusefdpass: z.string().default("no"),
  serveraliveinterval: count.min(0).catch(0).default(0),
  serveralivecountmax: count.min(1).catch(3).default(3),
  kexalgorithms: list.default([]),
  hostkeyalgorithms: list.default([]),
  ciphers: list.default([]),
  macs: list.default([]),
});

/** The names are those of `ssh -G`; files are as they are written there, with `~` and `%` tokens. Empty algorithm lists: ours. */
export type SshSettings = z.infer<typeof settingsSchema>;

/** Keywords that may stand more than once, one value each. */
const REPEATED = new Set(["identityfile", "certificatefile"]);

/** The key files that OpenSSH tries when nothing is configured, in its order, as far as we can use them. */
export const DEFAULT_IDENTITY_FILES: readonly string[] = [
  "~/.ssh/id_rsa",
  "~/.ssh/id_ecdsa",
  "~/.ssh/id_ed25519",
];

/** Fails when this is no answer of `ssh -G`. */
export function readSettings(text: string): z.ZodSafeParseResult<SshSettings> {
  const values: Record<string, string> = {};
  const repeated: Record<string, string[]> = {};
  for (const line of text.split("\n")) {
    const space = line.indexOf(" ");
    if (space < 0) continue;
    const keyword = line.slice(0, space).toLowerCase();
    const value = line.slice(space + 1);
    if (REPEATED.has(keyword)) (repeated[keyword] ??= []).push(value);
    else values[keyword] ??= value;
  }
  return settingsSchema.safeParse({ ...values, ...repeated });
}
