// The script that sends a copy from a host: a line that says what comes, then the bytes of the file or a tar stream of the folder.
import { remoteWord } from "./remote-path.ts";

/** `folder`, or `file MODE SIZE SECONDS` with the mode as `ls` writes it. */
export function buildDownloadScript(remote: string, times: boolean): string {
  return `
set -f
export LC_ALL=C
fail() { printf '%s\\n' "$1" >&2; exit 73; }
source=${remoteWord(remote)}
if [ ! -e "$source" ]; then
  [ ! -h "$source" ] || fail "the link $source leads nowhere"
  fail "there is no $source"
fi
if [ -d "$source" ]; then
  cd "$source" || fail "$source cannot be entered"
  echo folder
  exec tar -cf - .
fi
[ -f "$source" ] || fail "$source is neither a file nor a folder"
[ -r "$source" ] || fail "$source: Permission denied"
modified=0
${times ? 'modified=$(stat -Lc %Y -- "$source" 2>/dev/null || stat -Lf %m -- "$source")' : ""}
set -- $(ls -ldnL -- "$source")
echo "file $1 $5 $modified"
exec cat -- "$source"`;
}

export type Announced =
  | { readonly kind: "folder" }
  | {
      readonly kind: "file";
      readonly mode: number;
      /** At least so many bytes come: it may grow meanwhile, and files of the kernel say 0. */
      readonly size: number;
      /** Seconds since 1970. */
      readonly modifiedAt: number;
    };

/** Undefined when it is none of ours. */
export function readAnnounced(line: string): Announced | undefined {
  if (line === "folder") return { kind: "folder" };
  const found = /^file -([-rwxsStT]{9})[.+@]? (\d+) (\d+)$/u.exec(line);
  if (found === null) return undefined;
  const [, letters = "", size, modifiedAt] = found;
  return {
    kind: "file",
    mode: readModeLetters(letters),
    size: Number(size),
    modifiedAt: Number(modifiedAt),
  };
}

/** Of `rwxr-x--x`; set-user-id and the like are not taken over, but for the `x` that they stand in place of. */
function readModeLetters(letters: string): number {
  return letters.split("").reduce((mode, letter) => mode * 2 + (/[-ST]/u.test(letter) ? 0 : 1), 0);
}
