// The ssh2 transport under the contract of all transports, on a real sshd.
import { testTransportContract } from "./contract.ts";
import { startTrustedHost } from "./lab-reach.ts";

testTransportContract(
  "ssh",
  async (t, lab) => {
    const { sshd, auth } = await startTrustedHost(t, lab, { maxSessions: 50 });
    return { host: sshd.host, auth };
  },
  { usual: true },
);
