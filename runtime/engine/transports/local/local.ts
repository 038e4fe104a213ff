// The transport to this machine itself: each command is a child process in a session of its own, in the home folder, as behind sshd.
import { spawn } from "node:child_process";
import { stat } from "node:fs/promises";
import { userInfo } from "node:os";
import { startChild } from "../start-child.ts";
import type { ByteStream, Connection, Environment, Exit, Transport } from "../transport.ts";

export interface LocalOptions {
  readonly environment: Environment;
  /** What reads the command line, as the login shell does behind sshd. */
  readonly shell?: string;
}

export function createLocalTransport({ environment, shell = "/bin/sh" }: LocalOptions): Transport {
  const variables = describeVariables(environment);
  const identity = JSON.stringify(["local", shell, variables]);
  return {
    name: "local",
    route({ host }) {
      const place = `${host} (this machine)`;
      const connect = () => Promise.resolve(createLocalConnection(place, shell, variables));
      return Promise.resolve({ identity, place, connect });
    },
    warm: () => Promise.resolve(),
  };
}

function createLocalConnection(place: string, shell: string, variables: Environment): Connection {
  const { promise: closed, resolve } = Promise.withResolvers<string>();
  const children = new Set<Child>();
  let isHeld = true;
  return {
    place,
    closed,
    async open(line) {
      const child = await startCommand(place, shell, line, variables);
      children.add(child);
      child.hold(isHeld);
      void child.stream.exit.then(() => children.delete(child));
      return child.stream;
    },
    hold(active) {
      isHeld = active;
      for (const child of children) child.hold(active);
    },
    dispose() {
      for (const { stream } of children) stream.close();
      resolve("disposed");
    },
  };
}

interface Child {
  readonly stream: ByteStream;
  /** Whether it keeps this process alive. */
  hold(active: boolean): void;
}

/** What sshd would set for a session, under what the user's own environment says. */
function describeVariables(environment: Environment): Environment {
  const { username, homedir, shell } = userInfo();
  const login = { USER: username, LOGNAME: username, HOME: homedir };
  return { ...login, ...(shell !== null && { SHELL: shell }), ...environment };
}

async function startCommand(
  place: string,
  shell: string,
  line: string,
  env: Environment,
): Promise<Child> {
  const cwd = await findFolder(env["HOME"]);
  const options = { cwd, detached: true, env: { ...env } };
  const child = await startChild(() => spawn(shell, ["-c", line], options), shell, place);
  const { promise: exit, resolve } = Promise.withResolvers<Exit>();
  child.on("close", (code, signal) => {
    resolve({ ...(code !== null && { code }), ...(signal !== null && { signal }) });
  });
  const { stdin, stdout, stderr } = child;
  const close = () => {
    for (const stream of [stdin, stdout, stderr]) stream.destroy();
  };
  const handles: readonly object[] = [child, stdin, stdout, stderr];
  const hold = (active: boolean) => {
    for (const handle of handles.filter(isHandle)) {
      if (active) handle.ref();
      else handle.unref();
    }
  };
  return { stream: { stdin, stdout, stderr, exit, close }, hold };
}

interface Handle {
  ref(): void;
  unref(): void;
}

/** Pipes of a child are sockets, whatever their type says. */
function isHandle(value: object): value is Handle {
  return "ref" in value && "unref" in value;
}

async function findFolder(home: string | undefined): Promise<string> {
  if (home === undefined) return "/";
  return stat(home).then(
    (found) => (found.isDirectory() ? home : "/"),
    () => "/",
  );
}
