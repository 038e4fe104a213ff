// What ssh_config says about trusting a host's key.
import type { ShownKey } from "../../../trust/trust.ts";
import type { Destination } from "./destination.ts";

type TrustSettings = Pick<ShownKey, "verified" | "strictness" | "isHashed">;

export function describeTrust({ hostToVerify, settings }: Destination): TrustSettings {
  const { stricthostkeychecking, batchmode, hashknownhosts } = settings;
  const strictness = STRICTNESS[stricthostkeychecking];
  return {
    verified: hostToVerify,
    strictness: strictness === "ask" && batchmode === "yes" ? "yes" : strictness,
    isHashed: hashknownhosts === "yes",
  };
}

/** Both spellings, that of ssh_config and that of `ssh -G`. */
const STRICTNESS = {
  yes: "yes",
  true: "yes",
  ask: "ask",
  "accept-new": "accept-new",
  no: "no",
  off: "no",
  false: "no",
} as const;
