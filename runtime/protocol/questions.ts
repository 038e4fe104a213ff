// What a server asks a person through a window or a terminal: one question at a time; the answer goes back to it and nowhere else.
import { z } from "zod";
import { positionsSchema, secretValueSchema } from "./bounds.ts";
import { notification, request } from "./message.ts";

/** `code`: whatever else a host asks for, such as that of a one-time password. `secret`: one that the program names. */
export const secretKindSchema = z.enum([
  "password",
  "passphrase",
  "code",
  "sudo password",
  "secret",
]);
export type SecretKind = z.infer<typeof secretKindSchema>;

const questionId = z.string();

export const secretQuestionSchema = z.object({
  id: questionId,
  what: secretKindSchema,
  /** `user@host:port` of the host that is to be reached. */
  host: z.string(),
  /** What its user calls it, when that is another name. */
  alias: z.string().exactOptional(),
  /** `user@host:port` of the jump host on the way there, when it is that one which asks. */
  hop: z.string().exactOptional(),
  /** The host's own words, cleaned and bounded, or the key file. */
  prompt: z.string().exactOptional(),
  /** Names what the answer opens: under it the answer may be kept. Without it it is good for one time only. */
  about: z.string().exactOptional(),
  /** The last answer was wrong. */
  retry: z.boolean(),
  /** How many more wait to ask for their own; after declining this one nobody is asked for those. */
  others: z.int().positive().exactOptional(),
  /** Nobody is to be asked: what is kept is the answer, or there is none. */
  keptOnly: z.boolean().exactOptional(),
});
export type AskedSecret = z.infer<typeof secretQuestionSchema>;

/** A host that shows a key which nobody has trusted yet. */
export const unknownHostKeySchema = z.object({
  host: z.string(),
  alias: z.string().exactOptional(),
  hop: z.string().exactOptional(),
  /** The name under which it is kept in known_hosts, such as `[web]:2222`. */
  name: z.string(),
  type: z.string(),
  /** `SHA256:…` */
  fingerprint: z.string(),
  /** What is known besides, such as keys of another type. */
  note: z.string().exactOptional(),
});
export type UnknownHostKey = z.infer<typeof unknownHostKeySchema>;

/** `nobody`: whoever was asked cannot ask a person. */
const unanswered = [
  z.object({ kind: z.literal("declined") }),
  z.object({ kind: z.literal("nobody") }),
] as const;

export const givenSecretSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("answered"),
    value: secretValueSchema,
    /** It is what is kept now. */
    isKept: z.boolean().exactOptional(),
  }),
  ...unanswered,
]);
export type GivenSecret = z.infer<typeof givenSecretSchema>;

export const givenTrustSchema = z.discriminatedUnion("kind", [
  /** Positions in the list of keys. */
  z.object({ kind: z.literal("answered"), trusted: positionsSchema }),
  ...unanswered,
]);
export type GivenTrust = z.infer<typeof givenTrustSchema>;

/** Server to client: the client of the evaluation, else the newest window; when it goes away the next one. */
export const askSecret = request("questions/secret", secretQuestionSchema, givenSecretSchema);

export const askHostKeys = request(
  "questions/hostKeys",
  z.object({ id: questionId, keys: z.array(unknownHostKeySchema).readonly() }),
  givenTrustSchema,
);

/** Nobody waits for this answer any more. */
export const questionWithdrawn = notification("questions/withdrawn", z.object({ id: questionId }));

/** An answer has proved wrong, or another one right in its place: whoever keeps it forgets it. */
export const answerWasWrong = notification("questions/wrong", z.object({ about: z.string() }));
