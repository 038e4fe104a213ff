// One session on a demo host: whatever is asked goes to the system's own shell, and the truth about it comes back.
import { type ChildProcess, spawn } from "node:child_process";
import { userInfo } from "node:os";
import type { ServerChannel, Session } from "ssh2";

export type SessionSettings = {
  /** The host's name, in `$RE_OPS_HOST` of every session. */
  name: string;
  home: string;
  /** How to end each process group that still runs. */
  groups: Set<() => void>;
};

const acceptedVariables = /^(?:LANG|LC_\w+)$/u;

export function serveSession(session: Session, settings: SessionSettings): void {
  const asked: Record<string, string> = {};
  let running: ChildProcess | undefined;
  session.on("env", (accept, reject, { key, val }) => {
    const accepted = acceptedVariables.test(key);
    if (accepted) asked[key] = val;
    if (accepted) accept?.();
    else reject?.();
  });
  session.on("signal", (accept, reject, { name }) => {
    if (running !== undefined && signalGroup(running, `SIG${name}`)) accept?.();
    else reject?.();
  });
  session.on("exec", (accept, _reject, { command }) => {
    running = startShell(accept(), ["-c", command], asked, settings);
  });
  session.on("shell", (accept) => {
    running = startShell(accept(), [], asked, settings);
  });
}

// Detached, so that the shell leads a process group of its own, as it does under sshd.
function startShell(
  channel: ServerChannel,
  words: readonly string[],
  asked: Readonly<Record<string, string>>,
  settings: SessionSettings,
): ChildProcess {
  const { username, shell } = userInfo();
  const program = shell ?? "/bin/sh";
  const child = spawn(program, words, {
    cwd: settings.home,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      HOME: settings.home,
      USER: username,
      LOGNAME: username,
      SHELL: program,
      RE_OPS_HOST: settings.name,
      ...asked,
    },
  });
  const kill = () => void signalGroup(child, "SIGKILL");
  settings.groups.add(kill);
  child.on("close", () => {
    if (!signalGroup(child, 0)) settings.groups.delete(kill);
  });
  connectStreams(child, channel, kill);
  return child;
}

// The exit status goes out when the shell ends; the channel closes when nobody holds its output any more, as with sshd.
function connectStreams(child: ChildProcess, channel: ServerChannel, kill: () => void): void {
  const ignore = () => {}; // Whoever hung up, "close" follows.
  if (child.stdin !== null) channel.pipe(child.stdin).on("error", ignore);
  child.stdout?.pipe(channel, { end: false });
  child.stderr?.pipe(channel.stderr, { end: false });
  channel.on("error", ignore);
  child.on("error", (error) => {
    channel.stderr.write(`${error.message}\n`);
    channel.exit(127);
    channel.end();
  });
  child.on("exit", (code, signal) => {
    if (!channel.writable) return;
    if (signal === null) channel.exit(code ?? 0);
    else channel.exit(signal.replace(/^SIG/u, ""), false, "");
  });
  child.on("close", () => channel.end());
  channel.on("close", () => {
    if (child.exitCode === null && child.signalCode === null) kill();
    child.stdout?.destroy();
    child.stderr?.destroy();
  });
}

/** False when nobody is left in the group, or the system has no such signal. */
function signalGroup(child: ChildProcess, signal: string | 0): boolean {
  if (child.pid === undefined) return false;
  try {
    return process.kill(-child.pid, signal);
  } catch {
    return false; // Gone, or a name that only the client's system knows.
  }
}
