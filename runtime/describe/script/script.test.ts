// What a hole of `sh` is to a real shell: one word, whatever it holds; and where a hole may not stand.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { temporaryFolder } from "../../../test/support/temporary.ts";
import { cp, Hosts, ls, mkdir as makeFolder, rm, sh, type Script } from "../../public.ts";

const SHELLS = ["dash", "bash"];
const here = new Hosts({ transport: "local" }, ["localhost"]);

/** Pieces that mean something to a shell, and pieces that mean something to nobody. */
const word = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ..."'\"`$\\!*?[]{}()<>|&;#~=%^ \t\n-".split(""),
        "$(id)",
        "${HOME}",
        "'\\''",
        "\r\n",
        "--",
        "-rf",
        "äöüß",
        "日本",
        "👩‍🚀",
      ),
      fc.string({ unit: "grapheme", maxLength: 8 }),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join("").replaceAll("\0", ""));

function wordsSeenBy(shell: string, script: Script): string[] {
  const out = execFileSync(shell, ["-c", script.text], { encoding: "utf8" });
  return out.split("\0").slice(0, -1);
}

test("any words arrive as they are, in every shell", () => {
  const words = fc.array(word, { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(words, (given) => {
      for (const shell of SHELLS) {
        assert.deepEqual(wordsSeenBy(shell, sh`printf '%s\0' ${given}`), given);
      }
    }),
    { numRuns: 60 },
  );
});

test("a word beside text and in a substitution is one word too", () => {
  fc.assert(
    fc.property(word, (given) => {
      const text = given.replace(/\n+$/u, ""); // a substitution takes these off
      for (const shell of SHELLS) {
        const script = sh`printf '%s\0' --name=${`x${given}`} "$(printf %s ${`x${text}`})"`;
        assert.deepEqual(wordsSeenBy(shell, script), [`--name=x${given}`, `x${text}`]);
      }
    }),
    { numRuns: 30 },
  );
});

test("files of any name are made, listed, copied and removed by the operations", async (t) => {
  const folder = await temporaryFolder(t);
  const name = word
    .map((text) => text.replaceAll("/", "-"))
    .filter(
      (text) => text !== "" && text !== "." && text !== ".." && Buffer.byteLength(text) < 200,
    );
  let round = 0;
  await fc.assert(
    fc.asyncProperty(name, async (given) => {
      const cwd = path.join(folder, String((round += 1)));
      await mkdir(cwd);
      const scripts = [
        makeFolder(here, given),
        cp(here, given, `${given}2`, "-r"),
        rm(here, given, "-r"),
        ls(here, `${given}2`),
      ];
      for (const { call } of scripts) execFileSync("dash", ["-c", call.script.text], { cwd });
      assert.deepEqual(readdirSync(cwd), [`${given}2`]);
    }),
    { numRuns: 20 },
  );
});

test("an array is several words, nothing is nothing, a script goes in as it is", () => {
  assert.equal(sh`ls ${["-l", "a b"]} ${[]} ${""} ${undefined}`.text, "ls '-l' 'a b'   ");
  assert.equal(sh`${sh`cd ${"a b"}`} && ls ${3}`.text, "cd 'a b' && ls '3'");
  assert.equal(sh`rm ${[""]}`.text, "rm ''");
  assert.equal(sh`echo ${["a", sh`$HOME`]}`.text, "echo 'a' $HOME");
});

test("the shell reads what stands in the template; only what JavaScript wants escaped is unescaped", () => {
  assert.equal(
    sh`printf 'a\n' | sed 's/\(a\)/\1b/'`.text,
    String.raw`printf 'a\n' | sed 's/\(a\)/\1b/'`,
  );
  assert.equal(sh`echo \${HOME} \`id\` \\`.text, "echo ${HOME} `id` \\\\");
});

const safe: readonly [string, () => Script][] = [
  ["plain", () => sh`ls ${"x"}`],
  ["after quotes", () => sh`echo "it's" 'a "b"' ${"x"}`],
  ["in a substitution in quotes", () => sh`echo "$(cat ${"x"})" ${"y"}`],
  [
    "after a comment",
    () => sh`# don't
ls ${"x"}`,
  ],
  ["after a length", () => sh`echo $# \${#x} ${"x"}`],
  ["after an escaped quote", () => sh`echo \' \" ${"x"}`],
  [
    "after a here-document",
    () => sh`cat <<'END'
it's "in" here
END
ls ${"x"}`,
  ],
  [
    "after a shift",
    () => sh`echo $((1 << 2))
ls ${"x"}`,
  ],
  [
    "after a here-string",
    () => sh`cat <<< word
ls ${"x"}`,
  ],
  ["a script in quotes", () => sh`echo "${sh`$HOME`}"`],
];

for (const [name, make] of safe) {
  test(`a hole may stand ${name}`, () => {
    assert.ok(make().text.length > 0);
  });
}

const unsafe: readonly [RegExp, () => Script][] = [
  [/double quotes/, () => sh`echo "${"x"}"`],
  [/double quotes/, () => sh`echo "$(id) ${"x"}"`],
  [/single quotes/, () => sh`echo '${"x"}'`],
  [/single quotes/, () => sh`sh -c 'echo "${"x"}"'`],
  [/backquotes/, () => sh`echo \`cat ${"x"}\``],
  [/a comment/, () => sh`ls # ${"x"}`],
  [
    /a here-document/,
    () => sh`cat <<END
${"x"}
END`,
  ],
  [
    /a here-document/,
    () => sh`cat <<-"END" ; ls ${"y"}
	${"x"}
	END`,
  ],
  [/double quotes/, () => sh`echo ${"fine"} "not ${"x"}"`],
];

for (const [place, make] of unsafe) {
  test(`a hole is refused in ${place.source}: ${JSON.stringify(String(make).slice(6, 60))}`, () => {
    assert.throws(
      make,
      (error: Error) => error.name === "ProgramError" && place.test(error.message),
    );
  });
}

test("what is no hole, and a NUL character, are refused", () => {
  assert.throws(() => sh`ls ${{} as unknown as string}`, /not object/);
  assert.throws(() => sh`ls ${"a\0b"}`, /NUL/);
});
