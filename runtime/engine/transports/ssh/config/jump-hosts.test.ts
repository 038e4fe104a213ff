// ProxyJump as ssh_config and `ssh -G` write it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { namesOfJumps, splitJumps } from "./jump-hosts.ts";

test("the last jump host, and what comes before it", () => {
  assert.deepEqual(splitJumps("gate"), { host: { alias: "gate" } });
  assert.deepEqual(splitJumps("me@a:2200,b"), { host: { alias: "b" }, before: "me@a:2200" });
  assert.deepEqual(splitJumps("a, b ,you@c:22"), {
    host: { alias: "c", user: "you", port: 22 },
    before: "a, b ",
  });
  assert.deepEqual(splitJumps("[::1]:22"), { host: { alias: "::1", port: 22 } });
  assert.deepEqual(splitJumps("me@2001:db8::7"), { host: { alias: "2001:db8::7", user: "me" } });
  assert.deepEqual(splitJumps("ssh://me@gate:2222/"), {
    host: { alias: "gate", user: "me", port: 2222 },
  });
  assert.deepEqual(splitJumps("dom\\me@x@gate"), { host: { alias: "gate", user: "dom\\me@x" } });
});

test("all that are named, without regard to case", () => {
  assert.deepEqual(namesOfJumps("me@A:2200,[::1]:22,Gate"), ["a", "::1", "gate"]);
});
