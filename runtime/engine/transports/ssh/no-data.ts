// A host whose channels take packets of no bytes: no SSH server is like that, and writing to it would never end.
import { ConnectionError } from "../../host-errors.ts";

/** How a transport refuses such a channel, before anything is written to it. */
export function describeNoData(place: string): ConnectionError {
  return new ConnectionError(
    "refused",
    `the host opens channels that take packets of 0 bytes (${place})`,
    "no SSH server does so: make sure that this is the host that you mean",
  );
}
