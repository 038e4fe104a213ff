// A network of its own for hosts: reached over a link that can be cut without a word, as a cable can.
import { randomBytes } from "node:crypto";
import { runCommand } from "./run-command.ts";

export type NetworkNamespace = {
  /** The address of the far side, which hosts inside can listen on. */
  address: string;
  /** For `ip netns exec`. */
  name: string;
  /** From now on every packet vanishes, in both directions. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  stop(): Promise<void>;
};

/** Needs root. A link of two addresses of 198.18.0.0/15, which no real network uses. */
export async function makeNetworkNamespace(): Promise<NetworkNamespace> {
  const id = randomBytes(3);
  const name = `re-ops-${id.toString("hex")}`;
  const [outside, inside] = [`ro-${id.toString("hex")}`, `ri-${id.toString("hex")}`];
  const network = `198.18.${id[0] ?? 0}.${(id[1] ?? 0) & 0b1111_1100}`;
  const [here, there] = [1, 2].map((host) =>
    network.replace(/\d+$/u, (n) => `${Number(n) + host}`),
  );
  const enter = ["ip", "netns", "exec", name];
  const inNamespace = (...words: readonly string[]) => run([...enter, ...words]);
  await run(["ip", "netns", "add", name]);
  try {
    await run([
      "ip",
      "link",
      "add",
      outside,
      "type",
      "veth",
      "peer",
      "name",
      inside,
      "netns",
      name,
    ]);
    await run(["ip", "address", "add", `${here}/30`, "dev", outside]);
    await run(["ip", "link", "set", outside, "up"]);
    await inNamespace("ip", "address", "add", `${there}/30`, "dev", inside);
    await inNamespace("ip", "link", "set", inside, "up");
    await inNamespace("ip", "link", "set", "lo", "up");
  } catch (error) {
    await run(["ip", "netns", "delete", name]);
    throw error;
  }
  return {
    address: there ?? "",
    name,
    async cut() {
      await inNamespace("nft", "add", "table", "inet", "cut");
      for (const hook of ["input", "output"]) {
        const chain = `{ type filter hook ${hook} priority 0 ; policy drop ; }`;
        await inNamespace("nft", "add", "chain", "inet", "cut", hook, chain);
      }
    },
    mend: () => inNamespace("nft", "delete", "table", "inet", "cut"),
    stop: () => run(["ip", "netns", "delete", name]), // The link goes with it.
  };
}

async function run([command = "", ...words]: readonly string[]): Promise<void> {
  await runCommand(command, words);
}
