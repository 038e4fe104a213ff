// The script that takes a copy, under every `sh` and userland that it has to work with, and with its input cut off anywhere.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import {
  mkdir,
  open,
  readFile,
  readdir,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { buffer, text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { describeTree, makeTree } from "../../../test/integration/files/trees.ts";
import { runCommand } from "../../../test/lab/run-command.ts";
import { temporaryFolder } from "../../../test/support/temporary.ts";
import { until } from "../../../test/support/until.ts";
import { buildDownloadScript, readAnnounced } from "./download-script.ts";
import { openSource } from "./source.ts";
import { buildUploadScript } from "./upload-script.ts";

interface Userland {
  readonly shell: string;
  readonly PATH: string;
}

/** Nothing but what busybox brings. */
async function makeBusybox(t: TestContext): Promise<Userland> {
  const folder = await temporaryFolder(t);
  const busybox = (await runCommand("sh", ["-c", "command -v busybox"])).trim();
  for (const applet of (await runCommand("busybox", ["--list"])).split("\n")) {
    if (applet !== "" && applet !== "[[") await symlink(busybox, path.join(folder, applet));
  }
  return { shell: path.join(folder, "sh"), PATH: folder };
}

const USERLANDS: Readonly<Record<string, (t: TestContext) => Promise<Userland>>> = {
  dash: async () => ({ shell: "dash", PATH: process.env["PATH"] ?? "" }),
  bash: async () => ({ shell: "bash", PATH: process.env["PATH"] ?? "" }),
  busybox: makeBusybox,
};

async function runScript({ shell, PATH }: Userland, script: string, input: Buffer) {
  const child = spawn(shell, ["-c", script], { env: { PATH, HOME: "/" } });
  const closed = once(child, "close");
  child.stdin.on("error", () => {}); // It need not read to the end.
  child.stdin.end(input);
  const [out, err] = await Promise.all([buffer(child.stdout), text(child.stderr)]);
  const [code] = (await closed) as [number | null];
  return { code, out, err };
}

for (const [name, make] of Object.entries(USERLANDS)) {
  test(`${name}: a file and a folder go there and come back, over what is there too`, async (t) => {
    const userland = await make(t);
    const folder = await temporaryFolder(t);
    await makeTree(path.join(folder, "tree"));
    const expected = await describeTree(path.join(folder, "tree"));
    for (const round of ["new", "again"]) {
      const source = await openSource(path.join(folder, "tree"));
      const script = buildUploadScript(source, { remote: path.join(folder, "copy"), times: true });
      const ran = await runScript(userland, script, await buffer(source.open().stream));
      assert.deepEqual(
        { ...ran, out: ran.out.toString() },
        { code: 0, out: `${folder}/copy`, err: "" },
      );
      assert.deepEqual(await describeTree(path.join(folder, "copy")), expected, round);
      await writeFile(path.join(folder, "copy/plain"), "older");
    }
    const plain = path.join(folder, "tree/plain");
    await symlink("real", path.join(folder, "link"));
    await utimes(plain, 1_000_000, 1_234_567);
    for (const times of [true, false]) {
      const source = await openSource(plain, 0o751);
      const script = buildUploadScript(source, { remote: path.join(folder, "link"), times });
      const ran = await runScript(userland, script, await buffer(source.open().stream));
      assert.deepEqual(
        { ...ran, out: ran.out.toString() },
        { code: 0, out: `${folder}/real`, err: "" },
      );
      const { mode, mtimeMs } = await stat(path.join(folder, "real"));
      assert.equal(mode & 0o777, 0o751);
      assert.equal(Math.floor(mtimeMs / 1000) === Math.floor(source.modifiedAt), times);
    }
    const { out } = await runScript(userland, buildDownloadScript(plain, true), Buffer.alloc(0));
    const [line = ""] = out.toString().split("\n", 1);
    const { size, mtimeMs } = await stat(plain);
    const told = { kind: "file", mode: 0o644, size, modifiedAt: Math.floor(mtimeMs / 1000) };
    assert.deepEqual(readAnnounced(line), told);
    assert.ok(out.subarray(line.length + 1).equals(await readFile(plain)));
    assert.deepEqual((await readdir(folder)).sort(), ["copy", "link", "real", "tree"]);
  });

  test(`${name}: an input that is cut off anywhere changes nothing and leaves nothing`, async (t) => {
    const userland = await make(t);
    const folder = await temporaryFolder(t);
    const tree = path.join(folder, "tree");
    await mkdir(path.join(tree, "sub"), { recursive: true });
    await writeFile(path.join(tree, "a"), "a".repeat(700));
    await writeFile(path.join(tree, "sub/b"), "b");
    for (const from of [tree, path.join(tree, "a")]) {
      const source = await openSource(from);
      const bytes = await buffer(source.open().stream);
      // The two empty blocks at the end say nothing more.
      const needed = source.kind === "folder" ? bytes.length - 1024 : bytes.length;
      const cuts = [0, 1, needed - 1];
      for (let at = 512; at < needed; at += 512) cuts.push(at);
      for (const cut of cuts) {
        const script = buildUploadScript(source, {
          remote: path.join(folder, "copy"),
          times: false,
        });
        const { code, err } = await runScript(userland, script, bytes.subarray(0, cut));
        assert.notEqual(code, 0, `cut after ${String(cut)}`);
        assert.match(err, /copy was not changed\n$/u);
        assert.deepEqual(await readdir(folder), ["tree"]);
      }
    }
  });
}

test("a signal that comes while the temporary name goes does not keep it from that", async (t) => {
  const folder = await temporaryFolder(t);
  const [place, tools] = [path.join(folder, "place"), path.join(folder, "tools")];
  await Promise.all([mkdir(place), mkdir(tools)]);
  const [begun, goOn] = [path.join(folder, "begun"), path.join(folder, "go on")];
  await runCommand("mkfifo", [goOn]);
  const slowRm = `#!/bin/sh\ntouch '${begun}'\nread line <'${goOn}'\nexec /bin/rm "$@"\n`;
  await writeFile(path.join(tools, "rm"), slowRm, { mode: 0o755 });
  const source = { kind: "file", name: "a", size: 5, mode: 0o644, modifiedAt: 0 } as const;
  const script = buildUploadScript(source, { remote: path.join(place, "copy"), times: false });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    const PATH = `${tools}:${process.env["PATH"] ?? ""}`;
    const child = spawn("sh", ["-c", script], { env: { PATH }, detached: true });
    const closed = once(child, "close");
    child.stdin.end("too");
    await until("it to remove what arrived", () => existsSync(begun));
    process.kill(-(child.pid ?? assert.fail()), signal);
    const way = await open(goOn, "r+"); // which waits for no reader: there is none when the signal ended it
    await way.write("\n");
    await closed;
    await way.close();
    assert.deepEqual(await readdir(place), [], signal);
    await rm(begun);
  }
});
