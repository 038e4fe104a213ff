// A path on a host as a word of its shell.
import { word } from "../../describe/script/script.ts";

/** One that begins with neither `/` nor `~/` begins in the home folder, where scripts do; one with a dash is no option. */
export function remoteWord(remote: string): string {
  if (remote.startsWith("~/")) return `"$HOME"/${word(remote.slice(2)).text}`;
  return word(remote.startsWith("/") ? remote : `./${remote}`).text;
}
