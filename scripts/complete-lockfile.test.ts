// The lockfile must be complete for every platform, or `npm ci` refuses it on some machine.
import assert from "node:assert/strict";
import { test } from "node:test";
import { completeLockfile, readLockfile } from "./complete-lockfile.ts";

test("package-lock.json names the packages of every platform (else: node scripts/complete-lockfile.ts)", async () => {
  assert.deepEqual(completeLockfile(await readLockfile()), []);
});

test("what is missing is added beside the package that may want it, for its platform alone", () => {
  const native = {
    version: "2.0.0",
    dev: true,
    license: "MIT",
    optionalDependencies: {
      "@a/binding-linux-x64-musl": "2.0.0",
      "@a/binding-darwin-arm64": "2.0.0",
    },
  };
  const lockfile = {
    packages: {
      "": {},
      "b/node_modules/native": native,
      "node_modules/@a/binding-darwin-arm64": { version: "1.0.0" },
      "b/node_modules/@a/binding-darwin-arm64": { version: "2.0.0" },
    },
  };
  assert.deepEqual(completeLockfile(lockfile), ["b/node_modules/@a/binding-linux-x64-musl"]);
  const added = Object.entries(lockfile.packages).find(([place]) => place.endsWith("musl"));
  assert.deepEqual(added?.[1], {
    version: "2.0.0",
    cpu: ["x64"],
    dev: true,
    libc: ["musl"],
    license: "MIT",
    optional: true,
    os: ["linux"],
  });
});
