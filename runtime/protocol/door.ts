// The first words on a server's socket: both sides prove that they know the token, and say who they are.
import { z } from "zod";

/** Same major: connects. Another major: asks. */
export const PROTOCOL_VERSION = 1;

/** Longest frame before a peer has proved itself, in bytes. */
export const HANDSHAKE_FRAME_BYTES = 16_384;

export const environmentSchema = z.record(z.string(), z.string());
/** Variables of the newest window that reaching hosts depends on: SSH_AUTH_SOCK, PATH, HOME, SSH_ASKPASS, RE_OPS_SSH_CONFIG and the like. */
export type ClientEnvironment = z.infer<typeof environmentSchema>;

export const challengeSchema = z.object({ reops: z.literal("challenge"), nonce: z.string() });

/** What every protocol version keeps, so that a refusal can always be understood. */
export const helloCoreSchema = z.object({
  reops: z.literal("hello"),
  nonce: z.string(),
  proof: z.string(),
  protocol: z.number().int(),
});

export const clientHelloSchema = z.object({
  reops: z.literal("hello"),
  nonce: z.string(),
  /** HMAC-SHA256 of `client:<server nonce>:<client nonce>` with the token, in hex. */
  proof: z.string(),
  door: z.enum(["lsp", "runtime"]),
  protocol: z.number().int(),
  version: z.string(),
  project: z.string(),
  capabilities: z.array(z.string()),
  client: z.object({ name: z.string(), pid: z.number().int() }),
  /** Absent from a visitor, such as the command line: it changes nothing for the windows, and is told only what it asks for. */
  environment: environmentSchema.exactOptional(),
});
export type ClientHello = z.infer<typeof clientHelloSchema>;

export const serverHelloSchema = z.object({
  reops: z.literal("welcome"),
  /** HMAC-SHA256 of `server:<server nonce>:<client nonce>` with the token, in hex. */
  proof: z.string(),
  protocol: z.number().int(),
  version: z.string(),
  /** Content hash of the server's files: another one means that a newer build is waiting. */
  hash: z.string(),
  project: z.string(),
  pid: z.number().int(),
  capabilities: z.array(z.string()),
});
export type ServerHello = z.infer<typeof serverHelloSchema>;

export const refusalSchema = z.object({
  reops: z.literal("refused"),
  code: z.enum(["token", "protocol", "project", "malformed"]),
  reason: z.string(),
  next: z.string(),
});
export type Refusal = z.infer<typeof refusalSchema>;
