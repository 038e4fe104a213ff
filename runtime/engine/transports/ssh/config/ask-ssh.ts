// Asks the system's `ssh -G` what its configuration says about a host.
import { existsSync } from "node:fs";
import { askProgram } from "../../ask-program.ts";
import { describeLack } from "../../start-child.ts";
import { ConnectionError } from "../../../host-errors.ts";
import type { Environment } from "../../transport.ts";
import { readConfig } from "./read-config.ts";
import { type SshSettings, readSettings } from "./settings.ts";

/** Whom to ask about: the name as it was given, and what was given besides, because `Match user` and the like depend on it. */
export interface SshQuestion {
  readonly alias: string;
  readonly user?: string | undefined;
  readonly port?: number | undefined;
  /** Jump hosts, as ProxyJump writes them, that somebody else's ssh_config names and that come before those of its own. */
  readonly jump?: string | undefined;
}

export interface SshAnswer {
  readonly settings: SshSettings;
  /** Why ssh was not asked, and what of the configuration was left out. */
  readonly note?: string;
}

const PATIENCE_MS = 10_000;

/** Rejects with `ConnectionError` when the configuration has a mistake or the name is one that ssh refuses. */
export async function askSsh(question: SshQuestion, environment: Environment): Promise<SshAnswer> {
  const { alias } = question;
  const words = wordsFor(question, environment);
  const options = { environment, timeoutMs: PATIENCE_MS };
  const { failure, out, err } = await askProgram("ssh", words, options);
  if (failure === undefined) {
    const settings = readSettings(out);
    if (settings.success) return { settings: settings.data };
    throw refusal(alias, "its answer lacks what is needed", settings.error);
  }
  if (failure.code === "ENOENT") {
    return readConfig(question, environment);
  }
  if (failure.syscall?.startsWith("spawn"))
    throw describeLack("cannot start ssh -G", alias, failure);
  const file = environment["RE_OPS_SSH_CONFIG"];
  if (file !== undefined && !existsSync(file)) throw missingFile(file, failure);
  if (failure.killed) throw silence(alias, failure);
  const said = err.trim().split("\n").at(-1)?.trim();
  throw refusal(alias, said || failure.message, failure);
}

function silence(alias: string, cause: Error): ConnectionError {
  return new ConnectionError(
    "refused",
    `ssh -G gives no answer for ${JSON.stringify(alias)} in ${PATIENCE_MS / 1000} s`,
    `run it by hand; in ssh_config, what Match exec starts or CanonicalizeHostname looks up may hang`,
    { cause },
  );
}

function missingFile(file: string, cause: Error): ConnectionError {
  return new ConnectionError(
    "refused",
    `the variable RE_OPS_SSH_CONFIG names ${file}, which is not there`,
    "name your ssh_config in it, or unset it to use ~/.ssh/config",
    { cause },
  );
}

function refusal(alias: string, why: string, cause: Error): ConnectionError {
  return new ConnectionError(
    "refused",
    `ssh -G cannot say how to reach ${JSON.stringify(alias)}: ${why}`,
    "correct the host name, or the line of ssh_config that is named",
    { cause },
  );
}

function wordsFor({ alias, user, port, jump }: SshQuestion, environment: Environment): string[] {
  const file = environment["RE_OPS_SSH_CONFIG"];
  return [
    "-G",
    ...(file === undefined ? [] : ["-F", file]),
    ...(user === undefined ? [] : ["-l", user]),
    ...(port === undefined ? [] : ["-p", String(port)]),
    ...(jump === undefined ? [] : ["-J", jump]),
    "--", // A host name with a leading dash is no option.
    alias,
  ];
}
