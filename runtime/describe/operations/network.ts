// Operations on what a host sees of the network.
import { sh, word } from "../script/script.ts";
import { operation } from "./operation.ts";

/**
 * Pings an address once from each host, waiting one second for the answer. A host that gets none has failed.
 *
 * @example
 * for await (const one of run(ping(hosts, "10.0.0.1"))) console.log(one.host, one.kind);
 */
export const ping = operation("ping", (address: string) => sh`ping -c 1 -W 1 -- ${word(address)}`, {
  doc: "Pings an address once from each host.",
});
