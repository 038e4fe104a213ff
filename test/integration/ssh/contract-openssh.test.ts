// The transport over the system's ssh under the contract of all transports, on a real sshd.
import { testTransportContract } from "./contract.ts";
import { startTrustedHost } from "./lab-reach.ts";

testTransportContract("openssh", async (t, lab) => {
  const { sshd, auth } = await startTrustedHost(t, lab, { maxSessions: 50 });
  return { host: sshd.host, auth: { ...auth, transport: "openssh" } };
});
