// A connection over a master that is ready: sessions on its control socket, and how both of them end.
import type { Clock } from "../../../waiting/clock.ts";
import type { Connection } from "../../transport.ts";
import { within } from "../../../waiting/within.ts";
import type { ControlSocket } from "./control-socket.ts";
import type { Keeper } from "./keeper.ts";
import type { Master } from "./master.ts";
import type { Said } from "./said.ts";
import { createSessions } from "./sessions.ts";

/** How long a master that was asked to end may take, and how long its last words after its end. */
const PATIENCE_MS = 2000;

export interface OpensshConnectionParts {
  readonly master: Master;
  readonly control: ControlSocket;
  readonly said: Said;
  readonly keeper: Keeper;
  readonly place: string;
  readonly clock: Clock;
}

export function createOpensshConnection(parts: OpensshConnectionParts): Connection {
  const { master, control, said, keeper, place, clock } = parts;
  const { socket, pid } = control;
  const sessions = createSessions(socket, place);
  const { promise: closed, resolve } = Promise.withResolvers<string>();
  const wordsBefore = said.words().length;
  let reason: string | undefined;
  let isOpen = true;
  const letGo = keeper.keep(pid);

  control.onPacket((payload) => sessions.receive(payload));
  socket.once("close", () => {
    isOpen = false;
    letGo();
    void within(clock, PATIENCE_MS, master.silent).then(() => {
      reason ??= said.words().slice(wordsBefore).at(-1) ?? "the system's ssh has ended";
      resolve(reason);
      sessions.lose(reason);
    });
  });

  function signalMaster(name: NodeJS.Signals): void {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended by itself in this moment.
    }
  }

  return {
    place,
    closed,
    open: (commandLine) => sessions.open(commandLine),
    ping: () => sessions.ping(),
    hold: (active) => void (active ? socket.ref() : socket.unref()),
    dispose() {
      if (!isOpen) return; // Its process id may be another's by now.
      reason ??= "closed by us";
      signalMaster("SIGTERM");
      clock.after(PATIENCE_MS, () => {
        if (!isOpen) return;
        signalMaster("SIGKILL");
        socket.destroy();
      });
    },
  };
}
