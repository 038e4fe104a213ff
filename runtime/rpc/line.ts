// One line of JSON each way: how two ends of a socket talk before they trust each other.
import { once } from "node:events";
import type { Socket } from "node:net";

/** The next line, without its end; what follows it stays in the socket. Rejects when it is longer than the limit. */
export async function readLine(socket: Socket, limitBytes: number): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for (;;) {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) {
      await untilReadable(socket);
      continue;
    }
    const end = chunk.indexOf(NEWLINE);
    const part = end === -1 ? chunk : chunk.subarray(0, end);
    length += part.length;
    if (length > limitBytes) throw new LineTooLongError(limitBytes);
    parts.push(part);
    if (end === -1) continue;
    const rest = chunk.subarray(end + 1);
    if (rest.length > 0) socket.unshift(rest);
    return Buffer.concat(parts).toString("utf8");
  }
}

export function writeLine(socket: Socket, value: unknown): void {
  socket.write(`${JSON.stringify(value)}\n`);
}

export class LineTooLongError extends Error {
  constructor(limitBytes: number) {
    super(`a message before the handshake was longer than ${String(limitBytes)} bytes`);
    this.name = "LineTooLongError";
  }
}

const NEWLINE = 10;

async function untilReadable(socket: Socket): Promise<void> {
  if (socket.readableEnded || socket.destroyed) throw new Error("the connection was closed");
  const stop = new AbortController();
  try {
    const { signal } = stop;
    const closed = once(socket, "close", { signal }).then(() => "closed");
    const ended = once(socket, "end", { signal }).then(() => "closed");
    const readable = once(socket, "readable", { signal }).then(() => "readable");
    const first = await Promise.race([readable, ended, closed]);
    if (first === "closed") throw new Error("the connection was closed");
  } finally {
    stop.abort();
  }
}
