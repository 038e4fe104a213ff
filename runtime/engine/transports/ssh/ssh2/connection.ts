// A connection over ssh2 once it is ready: channels, the way it is kept alive, and how it ends.
import type { Duplex } from "node:stream";
import type { Client, ClientChannel } from "ssh2";
import type { Clock } from "../../../waiting/clock.ts";
import { describeNoData } from "../no-data.ts";
import {
  CommandRefusedError,
  type ConnectionError,
  LostError,
  NoChannelError,
} from "../../../host-errors.ts";
import type { ByteStream, Carrier, Connection, Exit } from "../../transport.ts";
import { gatherWrites } from "./gather-writes.ts";
import { JoinedStream } from "./joined-stream.ts";
import { ping, startKeepalive } from "./keepalive.ts";
import { describeBrokenGate, describeNoPassage } from "./passage-failures.ts";

/** How long a host that reads nothing may keep our last words from being sent. */
const LAST_WORDS_MS = 1000;

export function createSsh2Connection(
  client: Client,
  { stream, hold }: Carrier,
  place: string,
  clock: Clock,
): Connection {
  const { promise: closed, resolve } = Promise.withResolvers<string>();
  let lastError: string | undefined;
  let isClosed = false;
  const commands = new Set<Command>();
  gatherWrites(stream);
  const dispose = () => {
    lastError ??= "closed by us";
    client.end();
    destroySoon(stream);
    clock.after(LAST_WORDS_MS, () => stream.destroy());
  };
  const stopKeepalive = startKeepalive(client, clock, (reason) => {
    lastError = reason;
    stream.destroy();
  });
  client.on("error", (error) => {
    lastError = error.message;
    destroySoon(stream);
  });
  client.once("close", () => {
    isClosed = true;
    // In this moment ssh2 still knows which of its channels have no end, and it gives them one when this is over.
    for (const command of commands) command.lose();
    stopKeepalive();
    resolve(lastError ?? "the host ended the connection");
  });

  async function open(line: string): Promise<ByteStream> {
    const { promise, resolve, reject } = Promise.withResolvers<ByteStream>();
    try {
      client.exec(line, (error, channel) => {
        // At once: the same packet may bring the exit, which is told only to who already listens.
        if (error !== undefined) reject(describeOpenFailure(error, isClosed, place));
        else if (takesData(channel)) resolve(follow(describeCommand(channel)));
        else reject(refuse(channel));
      });
    } catch (error) {
      // ssh2 throws when its socket is gone already.
      throw new LostError(error instanceof Error ? error.message : String(error), false);
    }
    return promise;
  }

  function follow(command: Command): ByteStream {
    commands.add(command);
    void command.stream.exit.then(() => commands.delete(command));
    return command.stream;
  }

  async function forward(host: string, port: number): Promise<JoinedStream> {
    const { promise, resolve, reject } = Promise.withResolvers<JoinedStream>();
    try {
      client.forwardOut("127.0.0.1", 0, host, port, (error, channel) => {
        if (error !== undefined)
          reject(describeNoPassage(error, isClosed, place, `${host}:${port}`));
        else if (takesData(channel)) resolve(describePassage(channel));
        else reject(refuse(channel));
      });
    } catch (error) {
      throw new LostError(error instanceof Error ? error.message : String(error), false);
    }
    return promise;
  }

  function refuse(channel: ClientChannel): ConnectionError {
    leave(channel);
    return describeNoData(place);
  }

  function describePassage(channel: ClientChannel): JoinedStream {
    const passage = new JoinedStream(channel, channel, () => channel.close());
    channel.once("end", () => passage.push(null));
    channel.once("close", () => {
      if (isClosed) passage.destroy(describeBrokenGate(place, lastError));
      else passage.destroy();
    });
    return passage;
  }

  return {
    place,
    closed,
    open,
    forward,
    ping: () => ping(client),
    hold,
    dispose,
  };
}

/** Where it takes none ssh2 would write packets of no bytes without end, and in one go. */
function takesData({ outgoing }: ClientChannel): boolean {
  const isKnown = typeof outgoing === "object" && outgoing !== null && "packetSize" in outgoing;
  return !isKnown || outgoing.packetSize !== 0;
}

/** ssh2 tells by its words alone whether it was the channel that failed or the command on it. */
function describeOpenFailure(error: Error, isClosed: boolean, place: string): Error {
  const commandSent = error.message === "Unable to exec";
  if (isClosed) return new LostError(error.message, commandSent);
  if (!commandSent) return new NoChannelError(`${error.message} (${place})`);
  return new CommandRefusedError(place, { cause: error });
}

interface Command {
  readonly stream: ByteStream;
  /** The connection is gone, and with it what had not come yet. */
  lose(): void;
}

function describeCommand(channel: ClientChannel): Command {
  const { promise: exit, resolve } = Promise.withResolvers<Exit>();
  let ended = 0;
  let result: Exit = {};
  const countEnd = () => {
    ended += 1;
    if (ended === 2) resolve(result);
  };
  channel.once("exit", (code: number | null, signal?: string) => {
    result = code === null ? { ...(signal !== undefined && { signal }) } : { code };
  });
  channel.once("close", countEnd);
  channel.stderr.once("end", countEnd);
  const close = () => leave(channel);
  return {
    stream: { stdin: channel.stdin, stdout: channel, stderr: channel.stderr, exit, close },
    lose() {
      // How it ended may be told before the last of its output, which would then be missing unnoticed.
      if (!hasEnded(channel)) result = {};
    },
  };
}

/** Whether the host has said that nothing more comes. */
function hasEnded({ incoming }: ClientChannel): boolean {
  const isKnown = typeof incoming === "object" && incoming !== null && "state" in incoming;
  return isKnown && (incoming.state === "eof" || incoming.state === "closed");
}

/** What was not read may not keep it from closing. */
function leave(channel: ClientChannel): void {
  channel.close();
  channel.resume();
  channel.stderr.resume();
}

/** What has been written may still leave. */
function destroySoon(stream: Duplex): void {
  if (stream.writableFinished) stream.destroy();
  else stream.once("finish", () => stream.destroy());
  stream.end();
}
