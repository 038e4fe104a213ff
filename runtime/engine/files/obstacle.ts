// What on this machine keeps a copy from being made: becomes the host's failure, never an exception of the user's program.

export class LocalObstacle extends Error {
  override readonly name = "LocalObstacle";
  readonly next: string;

  constructor(message: string, next: string, options?: ErrorOptions) {
    super(message, options);
    this.next = next;
  }
}

/** Says which path it was, and what to do about it. */
export function asObstacle(error: unknown, doing: string): LocalObstacle {
  if (error instanceof LocalObstacle) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const [why, next] = KNOWN[code] ?? [
    error instanceof Error ? error.message : String(error),
    "look at the file on this machine",
  ];
  return new LocalObstacle(`cannot ${doing} on this machine: ${why}`, next, { cause: error });
}

const KNOWN: Readonly<Record<string, readonly [why: string, next: string]>> = {
  ENOENT: ["there is no such file or folder", "look at the path"],
  EACCES: [
    "permission denied",
    "look at the owner and the permissions of the file and its folders",
  ],
  EPERM: ["not permitted", "look at the owner and the permissions of the file and its folders"],
  EISDIR: ["a folder is there", "move the folder away, or give another path"],
  ENOTDIR: ["a file is where a folder was expected", "move the file away, or give another path"],
  ELOOP: ["its links lead in a circle", "mend the link"],
  ENOSPC: ["the disk is full", "make room there"],
  EDQUOT: ["the quota is used up", "make room there"],
  EROFS: ["the disk can only be read", "give another path"],
  ENAMETOOLONG: ["the name is too long", "give a shorter name"],
  EMFILE: ["too many files are open", "copy to fewer hosts at once (concurrency)"],
};
