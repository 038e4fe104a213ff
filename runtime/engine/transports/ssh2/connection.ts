// A connection over ssh2 once it is ready: channels, the way it is kept alive, and how it ends.
import type { Socket } from "node:net";
import type { Client, ClientChannel } from "ssh2";
import type { Clock } from "../../clock.ts";
import {
  type ByteStream,
  type Connection,
  ConnectionError,
  type Exit,
  LostError,
  NoChannelError,
} from "../transport.ts";
import { startKeepalive } from "./keepalive.ts";

/** How long a host that reads nothing may keep our last words from being sent. */
const LAST_WORDS_MS = 1000;

export function createSsh2Connection(
  client: Client,
  socket: Socket,
  place: string,
  clock: Clock,
): Connection {
  const { promise: closed, resolve } = Promise.withResolvers<string>();
  let lastError: string | undefined;
  let isClosed = false;
  const dispose = () => {
    lastError ??= "closed by us";
    client.end();
    socket.destroySoon();
    clock.after(LAST_WORDS_MS, () => socket.destroy());
  };
  const stopKeepalive = startKeepalive(client, clock, (reason) => {
    lastError = reason;
    socket.destroy();
  });
  client.on("error", (error) => {
    lastError = error.message;
    socket.destroySoon();
  });
  client.once("close", () => {
    isClosed = true;
    stopKeepalive();
    resolve(lastError ?? "the host ended the connection");
  });

  async function open(line: string): Promise<ByteStream> {
    const { promise, resolve, reject } = Promise.withResolvers<ByteStream>();
    try {
      client.exec(line, (error, channel) => {
        // At once: the same packet may bring the exit, which is told only to who already listens.
        if (error === undefined) resolve(describeChannel(channel));
        else reject(describeOpenFailure(error, isClosed, place));
      });
    } catch (error) {
      // ssh2 throws when its socket is gone already.
      throw new LostError(error instanceof Error ? error.message : String(error), false);
    }
    return promise;
  }

  return {
    place,
    closed,
    open,
    hold: (active) => void (active ? socket.ref() : socket.unref()),
    dispose,
  };
}

/** ssh2 tells by its words alone whether it was the channel that failed or the command on it. */
function describeOpenFailure(error: Error, isClosed: boolean, place: string): Error {
  const commandSent = error.message === "Unable to exec";
  if (isClosed) return new LostError(error.message, commandSent);
  if (!commandSent) return new NoChannelError(`${error.message} (${place})`);
  return new ConnectionError(
    "refused",
    `the host does not run commands (${place})`,
    "look for restrictions in authorized_keys and sshd_config there",
    { cause: error },
  );
}

function describeChannel(channel: ClientChannel): ByteStream {
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
  const close = () => {
    channel.close();
    channel.resume();
    channel.stderr.resume();
  };
  return { stdin: channel.stdin, stdout: channel, stderr: channel.stderr, exit, close };
}
