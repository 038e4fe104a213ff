// Which run a command was called on: a row of the tree gives an object, a link the identity itself.

export function runIdOf(target: unknown): string {
  const given =
    typeof target === "object" && target !== null && "runId" in target ? target.runId : target;
  return typeof given === "string" ? given : "";
}
