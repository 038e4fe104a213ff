// A TCP relay in front of a host: passes everything on, and on demand holds it back, cuts it off after so many bytes, or counts it.
import { once } from "node:events";
import { type AddressInfo, type Socket, connect, createServer } from "node:net";

export type RelayTarget = { host: string; port: number };

export type RelayOptions = {
  /** Ends a connection when this many bytes have gone from the host to the client. */
  cutFromHost?: number;
  /** Ends a connection when this many bytes have gone from the client to the host. */
  cutFromClient?: number;
};

export type Relay = {
  host: string;
  port: number;
  /** How many clients have come so far. */
  opened(): number;
  /** How many clients have said something so far. */
  spoken(): number;
  /** How many connections have been cut off. */
  cuts(): number;
  /** From now on nothing that the host says is passed on, and nothing that is said to it either when it is `"vanished"`. */
  holdBack(how: "silent" | "vanished"): void;
  /** Passes on what was held back, and all that comes. */
  letThrough(): void;
  /** Ends every connection; the next ones are passed on. */
  cut(): void;
  stop(): Promise<void>;
};

/** `options` is asked for each connection, counted from 0. */
export async function startRelay(
  target: RelayTarget,
  options: (connection: number) => RelayOptions = () => ({}),
): Promise<Relay> {
  const open = new Set<Socket>();
  const held = new Set<"client" | "host">();
  let opened = 0;
  let spoken = 0;
  let cuts = 0;
  const ends: { readonly client: Socket; readonly host: Socket }[] = [];
  const hold = () => {
    for (const pair of ends) {
      for (const end of ["client", "host"] as const) {
        if (held.has(end)) pair[end].pause();
        else pair[end].resume();
      }
    }
  };
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  const server = createServer({ noDelay: true }, (client) => {
    const { cutFromHost, cutFromClient } = options(opened);
    opened += 1;
    const host = connect({ ...target, noDelay: true });
    const hangUp = () => {
      client.destroy();
      host.destroy();
    };
    client.once("data", () => (spoken += 1));
    const cutOff = () => {
      cuts += 1;
      hangUp();
    };
    passOn(client, host, cutFromClient, cutOff);
    passOn(host, client, cutFromHost, cutOff);
    ends.push({ client, host });
    hold();
    for (const socket of [client, host]) {
      open.add(socket);
      socket.on("error", () => {}); // Hanging up is what a relay is for.
      socket.on("close", () => {
        open.delete(socket);
        hangUp();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    host: "127.0.0.1",
    port: (server.address() as AddressInfo).port,
    opened: () => opened,
    spoken: () => spoken,
    cuts: () => cuts,
    holdBack(how) {
      held.add("host");
      if (how === "vanished") held.add("client");
      hold();
    },
    letThrough() {
      held.clear();
      hold();
    },
    cut,
    async stop() {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}

function passOn(from: Socket, to: Socket, most: number | undefined, cut: () => void): void {
  let passed = 0;
  let isOver = false;
  from.on("data", (chunk: Buffer) => {
    if (isOver) return;
    const rest = most === undefined ? Number.POSITIVE_INFINITY : most - passed;
    passed += chunk.length;
    isOver = chunk.length >= rest;
    if (isOver) to.write(chunk.subarray(0, rest), cut);
    else to.write(chunk);
  });
  from.on("end", () => to.end());
}
