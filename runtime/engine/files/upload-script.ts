// The script that takes a copy on a host: into a temporary name beside its place, checked, and renamed only when it is whole.
import { word } from "../../describe/script/script.ts";
import { remoteWord } from "./remote-path.ts";
import { PACKED, type Source } from "./source.ts";
import { TEMPORARY_PATTERN, newTemporaryName } from "./temporary-name.ts";

export interface UploadSettings {
  readonly remote: string;
  readonly times: boolean;
}

/** Its input is the source's stream; it says on standard output where the copy lies. */
export function buildUploadScript(
  source: Pick<Source, "kind" | "name" | "size" | "mode" | "modifiedAt">,
  settings: UploadSettings,
): string {
  const name = word(source.name).text;
  return [
    PREPARE,
    `target=${remoteWord(settings.remote)}; name=${name}; temporary_name=${newTemporaryName()}`,
    source.kind === "folder" ? FIND_PLACE_OF_FOLDER : FIND_PLACE_OF_FILE,
    FIND_TEMPORARY,
    source.kind === "folder" ? takeFolder(settings.times) : takeFile(source, settings.times),
    `temporary=
printf '%s' "$target"`,
  ].join("\n");
}

/**
 * Whatever ends it, the temporary name goes; what is said to nobody any more must not keep it from that, nor a signal that comes
 * while it goes: the one that stops us may find us at an end already, because the input has ended first.
 */
const PREPARE = `
set -f
temporary=
fail() { printf '%s\\n' "$1" >&2; exit 73; }
clean() {
  trap '' HUP INT TERM
  [ "$temporary" ] || return 0
  rm -rf -- "$temporary" || printf 'what was copied so far is left there: %s\\n' "$temporary" >&2
  temporary=
}
trap '' PIPE
trap clean EXIT
trap 'clean; exit 129' HUP
trap 'clean; exit 130' INT
trap 'clean; exit 143' TERM`;

/** A link is followed step by step: `readlink -f` of busybox loses its way where nothing is at the end. */
const FIND_PLACE_OF_FILE = `
case $target in */) [ -d "$target" ] || fail "there is no folder $target" ;; esac
if [ -d "$target" ]; then target=\${target%/}/$name; fi
[ ! -d "$target" ] || fail "$target is a folder, and a file was expected there"
hops=0
while [ -h "$target" ]; do
  [ ! -k "\${target%/*}/" ] || fail "the link $target is not followed: everybody may put links into its folder"
  hops=$((hops + 1))
  [ $hops -le 40 ] || fail "the link $target leads in a circle"
  linked=$(readlink -- "$target" && echo .) || fail "the link $target cannot be read"
  linked=\${linked%?.}
  case $linked in
  /*) target=$linked ;;
  *) target=\${target%/*}/$linked ;;
  esac
done
[ ! -e "$target" ] || [ -f "$target" ] || fail "$target is no regular file"`;

const FIND_PLACE_OF_FOLDER = `
case $target in
*/)
  [ -d "$target" ] || fail "there is no folder $target"
  target=\${target%/}/$name
  ;;
esac
if [ ! -d "$target" ]; then
  [ ! -e "$target" ] && [ ! -h "$target" ] || fail "$target is no folder"
fi`;

/** A copy that was killed together with its shell may have left its temporary name; nobody works at one for a day. */
const FIND_TEMPORARY = `
folder=\${target%/*}/
[ -d "$folder" ] || fail "there is no folder $folder"
set +f
for old in "$folder"${TEMPORARY_PATTERN}; do
  [ ! -e "$old" ] || find "$folder" -maxdepth 1 -name '${TEMPORARY_PATTERN}' -user "$(id -u)" -mtime +0 -exec rm -rf {} + 2>/dev/null
  break
done
set -f
temporary=$folder$temporary_name`;

function takeFile(
  { size, mode, modifiedAt }: Pick<Source, "size" | "mode" | "modifiedAt">,
  times: boolean,
) {
  const octal = (bits: number) => bits.toString(8).padStart(4, "0");
  const createdSo = (mode & 0o711) === 0o600; // spares the host a process
  return `
umask ${octal(createdSo ? 0o777 & ~mode : 0o077)}
set -C
cat >"$temporary" || fail "$target was not changed"
set +C
arrived=$(wc -c <"$temporary")
[ "$((arrived))" -eq ${String(size)} ] || fail "only $((arrived)) of ${String(size)} bytes arrived, so $target was not changed"
if [ -e "$target" ] && [ ! -O "$target" ]; then
  set -- $(ls -ldn -- "$target")
  chown "$3:$4" "$temporary" 2>/dev/null
fi
${createdSo ? "" : `chmod ${octal(mode)} "$temporary" || fail "$target was not changed"`}
${times ? `TZ=UTC0 touch -t ${stampOf(modifiedAt)} "$temporary" || fail "$target was not changed"` : ""}
mv -f -- "$temporary" "$target" || fail "$target was not changed"`;
}

/** A folder that is not there yet comes into being by one rename; in one that is, each file is replaced by one of its own. */
function takeFolder(times: boolean): string {
  const from = `"$temporary"/${PACKED.name}`;
  return `
umask 077
mkdir "$temporary" || fail "$target was not changed"
tar -x${times ? "" : "m"}pof - -C "$temporary" || fail "$target was not changed"
[ -e "$temporary"/${PACKED.lastName} ] || fail "not all of it arrived, so $target was not changed"
merge() {
  for from in "$2"/* "$2"/.[!.]* "$2"/..?*; do
    [ -e "$from" ] || [ -h "$from" ] || continue
    to=$3/\${from##*/}
    if [ -d "$from" ] && [ ! -h "$from" ]; then
      if [ -d "$to" ]; then
        merge "$1" "$from" "$to" || return 1
        continue
      fi
      [ ! -e "$to" ] && [ ! -h "$to" ] || fail "$to is no folder, and one was expected there"
    else
      [ -h "$to" ] || [ ! -d "$to" ] || fail "$to is a folder, and a file was expected there"
    fi
    [ "$1" = move ] || continue
    if [ -h "$to" ] && [ ! -f "$to" ]; then rm -f -- "$to"; fi
    mv -f -- "$from" "$to" || fail "$target is changed only in part"
  done
}
if [ -d "$target" ]; then
  set +f
  merge look ${from} "$target"
  merge move ${from} "$target"
else
  mv -f -- ${from} "$target" || fail "$target was not changed"
fi
rm -rf -- "$temporary"`;
}

/** As `touch -t` takes it. */
function stampOf(seconds: number): string {
  const [year = "", month, day, hour, minute, second] = new Date(seconds * 1000)
    .toISOString()
    .split(/[-T:.]/u);
  return `${year}${month}${day}${hour}${minute}.${second}`;
}
