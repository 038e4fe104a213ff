// Names of hosts in a sentence: all of a few, some of many.
import { onOneLine } from "../plain-text.ts";

/** Such as `web-1, web-2 and 298 more`. */
export function nameSome(hosts: readonly string[], most: number): string {
  const some = hosts.slice(0, most).map(onOneLine).join(", ");
  return hosts.length > most ? `${some} and ${String(hosts.length - most)} more` : some;
}
