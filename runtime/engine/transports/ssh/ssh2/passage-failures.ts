// Says in our words why a jump host does not let us through, or no longer does.
import { ConnectionError, LostError, NoChannelError } from "../../../host-errors.ts";
import { CarrierError } from "../failures.ts";

/** Reasons of RFC 4254, section 5.1. */
const PROHIBITED = 1;
const CONNECT_FAILED = 2;
const RESOURCE_SHORTAGE = 4;

/** `gate` is the jump host's place, `target` what it was to connect to. */
export function describeNoPassage(
  error: Error & { readonly reason?: unknown },
  isClosed: boolean,
  gate: string,
  target: string,
): Error {
  const why = error.message.replace(/^\(SSH\) Channel open failure: /u, "");
  if (isClosed) return new LostError(why, false);
  switch (error.reason) {
    case RESOURCE_SHORTAGE:
      return new NoChannelError(`${why} (${gate})`);
    case CONNECT_FAILED:
      return new ConnectionError(
        "unreachable",
        `the jump host ${gate} cannot connect to ${target}: ${why}`,
        "is the host up, and does sshd listen there? The jump host looks up its name",
        { cause: error },
      );
    default:
      return new ConnectionError(
        "refused",
        `the jump host ${gate} does not let anybody through to ${target}: ${why}`,
        error.reason === PROHIBITED
          ? "look at AllowTcpForwarding and PermitOpen in sshd_config there"
          : "look at the log of sshd there",
        { cause: error },
      );
  }
}

export function describeBrokenGate(gate: string, why: string | undefined): CarrierError {
  return new CarrierError(
    `the connection to the jump host ${gate} broke: ${why ?? "it ended the connection"}`,
    "try again; look at the jump host when it happens again",
  );
}
