// Connections that each serve one command only: to stop another one where the host opens no more on those that there are.
import type { Clock } from "../waiting/clock.ts";
import type { ByteStream, Connection } from "../transports/transport.ts";
import { countConnection } from "./counted-connection.ts";

const CONNECT_TIMEOUT_MS = 5000;
const OPEN_TIMEOUT_MS = 10_000;

export interface Apart {
  /** Rejects as connecting and `Connection.open` do. The connection goes with the command. */
  open(line: string): Promise<ByteStream>;
  /** Closes all of them and waits until they are closed. */
  dispose(): Promise<void>;
}

export function createApart(
  clock: Clock,
  connect: (timeoutMs: number, signal: AbortSignal) => Promise<Connection>,
): Apart {
  const disposal = new AbortController();
  const ends = new Set<Promise<unknown>>();

  async function connectApart(): Promise<Connection> {
    const connection = await connect(CONNECT_TIMEOUT_MS, disposal.signal);
    const dispose = () => connection.dispose();
    disposal.signal.addEventListener("abort", dispose, { once: true });
    void connection.closed.then(() => disposal.signal.removeEventListener("abort", dispose));
    if (disposal.signal.aborted) dispose();
    return connection;
  }

  return {
    async open(line) {
      const connecting = connectApart();
      const end = connecting.then(
        ({ closed }) => closed,
        () => "it was never made",
      );
      ends.add(end);
      void end.then(() => ends.delete(end));
      const connection = await connecting;
      disposal.signal.throwIfAborted();
      const counted = countConnection(connection, clock, () => connection.dispose());
      return counted.openWithin(OPEN_TIMEOUT_MS, line);
    },
    async dispose() {
      disposal.abort(new Error("disposed"));
      await Promise.all(ends);
    },
  };
}
