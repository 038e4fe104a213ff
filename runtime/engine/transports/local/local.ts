// The transport to this machine itself: each command is a child process in a session of its own, in the home folder, as behind sshd.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { stat } from "node:fs/promises";
import { userInfo } from "node:os";
import {
  type ByteStream,
  type Connection,
  ConnectionError,
  type Environment,
  type Exit,
  type Transport,
} from "../transport.ts";

export interface LocalOptions {
  readonly environment: Environment;
  /** What reads the command line, as the login shell does behind sshd. */
  readonly shell?: string;
}

export function createLocalTransport({ environment, shell = "/bin/sh" }: LocalOptions): Transport {
  return {
    name: "local",
    route({ host }) {
      const place = `${host} (this machine)`;
      const connect = () =>
        Promise.resolve(createLocalConnection(place, shell, describeVariables(environment)));
      return Promise.resolve({ identity: undefined, place, connect });
    },
    warm: () => Promise.resolve(),
  };
}

function createLocalConnection(place: string, shell: string, variables: Environment): Connection {
  const { promise: closed, resolve: dispose } = Promise.withResolvers<string>();
  return {
    place,
    closed,
    open: (line) => startChild(place, shell, line, variables),
    hold: () => {}, // A child keeps this process alive by itself, and only while it runs.
    dispose: () => dispose("disposed"),
  };
}

/** What sshd would set for a session, under what the user's own environment says. */
function describeVariables(environment: Environment): Environment {
  const { username, homedir, shell } = userInfo();
  const login = { USER: username, LOGNAME: username, HOME: homedir };
  return { ...login, ...(shell !== null && { SHELL: shell }), ...environment };
}

async function startChild(
  place: string,
  shell: string,
  line: string,
  env: Environment,
): Promise<ByteStream> {
  const cwd = await findFolder(env["HOME"]);
  const child = spawn(shell, ["-c", line], { cwd, detached: true, env: { ...env } });
  const { promise: exit, resolve } = Promise.withResolvers<Exit>();
  child.on("close", (code, signal) => {
    resolve({ ...(code !== null && { code }), ...(signal !== null && { signal }) });
  });
  try {
    await once(child, "spawn");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConnectionError(
      "refused",
      `cannot start ${shell} (${place}): ${why}`,
      "look at the limits on processes and memory of this machine",
      { cause: error },
    );
  }
  const { stdin, stdout, stderr } = child;
  const close = () => {
    for (const stream of [stdin, stdout, stderr]) stream.destroy();
  };
  return { stdin, stdout, stderr, exit, close };
}

async function findFolder(home: string | undefined): Promise<string> {
  if (home === undefined) return "/";
  return stat(home).then(
    (found) => (found.isDirectory() ? home : "/"),
    () => "/",
  );
}
