// The local transport under the contract of all transports.
import { testTransportContract } from "./contract.ts";

testTransportContract("local", () =>
  Promise.resolve({ host: "localhost", auth: { transport: "local" } }),
);
