// Proof that one end of a socket knows the token, which itself never crosses it.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

export interface Nonces {
  readonly server: string;
  readonly client: string;
}

export function makeNonce(): string {
  return randomBytes(32).toString("hex");
}

export function proofOf(token: string, side: "client" | "server", nonces: Nonces): string {
  return createHmac("sha256", token)
    .update(`${side}:${nonces.server}:${nonces.client}`)
    .digest("hex");
}

/** Takes the same time whatever the difference is. */
export function isProof(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
