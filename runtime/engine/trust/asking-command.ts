// The `ssh` command by which a person accepts a key by hand, where ssh_config keeps ssh from asking about it.

export function makeItAsk(sshCommand: string): string {
  return sshCommand.replace(/^ssh /u, "ssh -o BatchMode=no -o StrictHostKeyChecking=ask ");
}
