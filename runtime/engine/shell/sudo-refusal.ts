// Why sudo let nobody in, in the words that a person reads. What sudo says is translated on some hosts, so its own words are told too.
import { ConnectionError } from "../host-errors.ts";
import type { Exit } from "../transports/transport.ts";

export interface SudoContext {
  readonly place: string;
  /** Undefined: root. */
  readonly user: string | undefined;
  readonly exit: Exit;
}

/** `because`: why no other one may be asked for, when there is more to say. */
export function describeWrongPassword(place: string, because?: string): ConnectionError {
  const what = `sudo did not take the password (${place})`;
  return because === undefined
    ? new ConnectionError(
        "refused",
        what,
        "run it again with the right one; on most hosts sudo wants that of the login user",
      )
    : new ConnectionError(
        "refused",
        `${what}: ${because}`,
        'give it Hosts of its own with a secret of another name: sudo: { password: secret("…") }; without one you are asked',
      );
}

/** `said` is what it said last, such as a question of its own. */
export function describeSilence(said: string, place: string): ConnectionError {
  return new ConnectionError(
    "timedOut",
    `sudo neither let us in nor asked for its password within 30 s (${place})${quoted(said)}`,
    "try sudo -S id there by hand: only a single password can be given to it from here",
  );
}

interface Known {
  readonly pattern: RegExp;
  readonly why: string;
  readonly next: string;
}

const KNOWN: readonly Known[] = [
  {
    pattern: /not in the sudoers file|may not run sudo/iu,
    why: "the login user may not use sudo",
    next: "let it, with a file in /etc/sudoers.d there, or log in as another user",
  },
  {
    pattern: /not allowed to (?:execute|run)/iu,
    why: "sudo allows the login user some commands only, and sh is none of them",
    next: 'allow sh there in /etc/sudoers.d, or call what is allowed in the step itself: exec(hosts, "sudo systemctl restart web")',
  },
  {
    pattern: /must have a tty|a terminal is required/iu,
    why: "sudo wants a terminal (requiretty), and a step has none",
    next: "take requiretty away for the login user there: Defaults:USER !requiretty in /etc/sudoers.d",
  },
  {
    pattern: /unknown user|no passwd entry/iu,
    why: "there is no such user",
    next: "look at the user of sudo, and at getent passwd there",
  },
  {
    pattern:
      /sudo: (?:command )?not found|unknown command:? sudo|exec: sudo|no such file or directory.*sudo/iu,
    why: "sudo is not installed there",
    next: "install sudo there, or log in as the user that the step needs",
  },
  {
    pattern: /account validation failure|password expired|account.*(?:expired|locked)/iu,
    why: "the account of the login user has expired or is locked",
    next: "log in there by hand and see what it says",
  },
];

export function describeSudoRefusal(
  said: string,
  { place, user, exit }: SudoContext,
): ConnectionError {
  const whom = user === undefined ? "root" : user;
  const known = KNOWN.find(({ pattern }) => pattern.test(said));
  const why = known?.why ?? `it ended with ${exit.signal ?? `code ${String(exit.code ?? 0)}`}`;
  return new ConnectionError(
    "refused",
    `sudo does not let the step run as ${whom}: ${why} (${place})${quoted(said)}`,
    known?.next ?? `try sudo -u ${whom} id there by hand`,
  );
}

/** The last lines; sudo quotes the whole command line in some, which says nothing new. */
function quoted(said: string): string {
  const lines = said
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(-3)
    .map((line) => (line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line));
  return lines.length === 0 ? "" : `: ${lines.join(" / ")}`;
}

const LONGEST_QUOTE = 160;
