// The control socket of a master: says who we are, asks for its process id, and turns the socket into a line for sessions.
import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { createPacketReader, number, packet, readFields } from "./wire.ts";

const HELLO = 1;
const VERSION = 4;
const ALIVE_CHECK = 0x1000_0004;
const PROXY = 0x1000_000f;
const ALIVE = 0x8000_0005;
const IN_PROXY_MODE = 0x8000_000f;

export interface ControlSocket {
  readonly socket: Socket;
  /** The process behind it: it lives at least as long as the socket is open. */
  readonly pid: number;
  /** Every packet from now on goes there. */
  onPacket(receive: (payload: Buffer) => void): void;
}

/** Rejects with why this is no master that we can use, or with the signal's reason. */
export async function openControlSocket(path: string, signal: AbortSignal): Promise<ControlSocket> {
  const socket = connect(path);
  try {
    await once(socket, "connect", { signal });
    return await takeOver(socket, signal);
  } catch (error) {
    socket.destroy();
    throw signal.aborted ? signal.reason : error;
  }
}

function takeOver(socket: Socket, signal: AbortSignal): Promise<ControlSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<ControlSocket>();
  let pid = 0;
  let receive = (payload: Buffer) => {
    const fields = readFields(payload);
    const type = fields.number();
    if (type === HELLO) return;
    fields.number(); // which of our questions it answers
    if (type === ALIVE) pid = fields.number();
    else if (type === IN_PROXY_MODE) {
      resolve({ socket, pid, onPacket: (next) => (receive = next) });
    } else reject(new Error(`it answers with 0x${type.toString(16)}`));
  };
  const read = createPacketReader((payload) => receive(payload));
  const end = () => reject(new Error("it closed its control socket"));
  const abort = () => reject(signal.reason);
  socket.on("error", () => {}); // The end follows, and tells the same.
  socket.once("close", end);
  socket.on("data", (chunk: Buffer) => {
    try {
      read(chunk);
    } catch (error) {
      reject(error);
      socket.destroy();
    }
  });
  signal.addEventListener("abort", abort, { once: true });
  socket.write(packet(number(HELLO), number(VERSION)));
  socket.write(packet(number(ALIVE_CHECK), number(0)));
  socket.write(packet(number(PROXY), number(1)));
  return promise.finally(() => {
    socket.off("close", end);
    signal.removeEventListener("abort", abort);
  });
}
