// A Hosts as a value: what it keeps, and that nobody changes it later.
import assert from "node:assert/strict";
import { test } from "node:test";
import { pick, scpInto } from "../../public.ts";
import { Hosts, hostsFrom, isHosts } from "./hosts.ts";

test("it keeps each host once, in the order given, and can be taken apart", () => {
  const { auth, hosts } = new Hosts({ user: "re-ops", sshKey: "~/.ssh/id" }, ["b", "a", "b"]);
  assert.deepEqual(auth, { user: "re-ops", sshKey: "~/.ssh/id" });
  assert.deepEqual(hosts, ["b", "a"]);
});

test("what it was made of may change, it does not", () => {
  const auth = { user: "a" };
  const names = ["x"];
  const hosts = new Hosts(auth, names);
  auth.user = "b";
  names.push("y");
  assert.deepEqual([hosts.auth.user, hosts.hosts], ["a", ["x"]]);
  assert.throws(() => (hosts.hosts as string[]).push("z"), TypeError);
});

test("first and only keep the way in", () => {
  const hosts = new Hosts({ port: 2222 }, ["a", "b"], { concurrency: 3 });
  assert.equal(hosts.first().name, "a");
  assert.deepEqual(hosts.only(["b"]).limits, { concurrency: 3 });
  assert.equal(hosts.only(["b"]).auth.port, 2222);
  assert.deepEqual(new Hosts({}, []).first().hosts, []);
});

test("a transport is one of three", () => {
  for (const transport of ["ssh", "openssh", "local"] as const) {
    assert.equal(new Hosts({ transport }, ["a"]).auth.transport, transport);
  }
  const telnet = { transport: "telnet" } as unknown as { transport: "ssh" };
  assert.throws(() => new Hosts(telnet, ["a"]), /the transport of a Hosts is 'telnet'/u);
});

test("what does not exist, or is of another kind, is refused and never left out", () => {
  const make = (auth: unknown) => new Hosts(auth as object, ["a"]);
  assert.throws(() => make({ usr: "bob" }), /there is no way into a Hosts called usr/u);
  assert.throws(() => make({ sudo: { usr: "bob" } }), /there is no option of sudo usr/u);
  assert.throws(() => make({ user: 5 }), /the user of a Hosts is 5/u);
  assert.throws(() => make({ sshKey: 5 }), /the sshKey of a Hosts is 5/u);
  assert.throws(() => make("bob"), /takes an object as its first argument, not 'bob'/u);
  const copy = { mod: 0o600 } as object;
  assert.throws(() => scpInto(new Hosts({}, ["a"]), "x", "y", copy), /no option of a copy mod/u);
  assert.throws(() => (pick as () => unknown)(), /pick takes a picker/u);
});

test("it crosses a message and is one again", () => {
  const hosts = new Hosts({ port: 2222 }, ["ä", "b"], { stepTimeoutMs: 5 });
  const again = hostsFrom(structuredClone(hosts));
  assert.ok(isHosts(again));
  assert.deepEqual(again, hosts);
});
