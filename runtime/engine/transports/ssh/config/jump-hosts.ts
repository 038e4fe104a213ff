// ssh_config's ProxyJump: the hosts to pass through on the way to another one.
import { z } from "zod";

export interface JumpHost {
  readonly alias: string;
  readonly user?: string;
  readonly port?: number;
}

/** The last jump host, which leads to the target, and what leads to it, as ProxyJump writes it. */
export interface LastJump {
  readonly host: JumpHost;
  readonly before?: string;
}

const portSchema = z.coerce.number().int().min(1).max(65_535).optional().catch(undefined);

/** `[user@]host[:port]` or `ssh://…`, with commas between; an IPv6 address with a port stands in brackets. */
export function splitJumps(value: string): LastJump {
  const comma = value.lastIndexOf(",");
  const host = describeJump(value.slice(comma + 1).trim());
  return comma < 0 ? { host } : { host, before: value.slice(0, comma) };
}

/** All that is named in it, for who must know whether a host is among them. */
export function namesOfJumps(value: string): readonly string[] {
  return value.split(",").map((jump) => describeJump(jump.trim()).alias.toLowerCase());
}

function describeJump(text: string): JumpHost {
  const [, user, bracketed, plain, portText] =
    /^(?:ssh:\/\/)?(?:(.*)@)?(?:\[([^\]]*)\]|([^:]*|.*:.*:.*?))(?::(\d+))?\/?$/u.exec(text) ?? [];
  const port = portSchema.parse(portText);
  return {
    alias: bracketed ?? plain ?? text,
    ...(user !== undefined && { user }),
    ...(port !== undefined && { port }),
  };
}
