// The folder that one host's copies get: the host's name, made safe as the name of a file, and different for different names.

/** What no file system and no shell takes amiss stays; every other byte becomes `%` and two digits. */
export function hostFolder(host: string): string {
  const safe = [...Buffer.from(host)].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[\w.@-]/u.test(character) ? character : hex(byte);
  });
  if (safe[0] === "." || safe[0] === "-") safe[0] = hex(safe[0].charCodeAt(0));
  return safe.join("");
}

function hex(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}
