// Random shell scripts that end the same way each time, and say the same.
import * as fc from "fast-check";

const word = fc.constantFrom(
  "a",
  "'b c'",
  '"$0 $#"',
  '"$HOME"',
  '"$UNSET"',
  "-n",
  "'\\\\'",
  "é",
  "$((1 + 2))",
  '"$(umask)"',
  '"$(pwd)"',
);

const simple = fc.oneof(
  fc.array(word, { maxLength: 3 }).map((words) => `echo ${words.join(" ")}`),
  fc.constantFrom(
    "true",
    "false",
    "no-such-command",
    "cat",
    "read -r x; echo $?",
    "printf 'no end'",
    "printf '\\0\\1\\377'",
    "echo error >&2",
    "cd /tmp",
    "cd /nowhere",
    "export X=1 PATH=/usr/bin:/bin",
    'echo "$X"',
    "umask 027",
    "set -e",
    "set -u",
    "set +e",
    "set -- one two",
    "trap 'echo bye' EXIT",
    "trap '' TERM",
    "trap 'echo term' TERM",
    "exec 3>&1; echo three >&3",
    "exec 2>&1",
    "ulimit -c 0",
    "f() { echo f; return 3; }; f",
    "shift 9",
    "head -c 70000 /dev/zero | tr '\\0' x",
    "yes | head -n 3",
  ),
);

const ending = fc.constantFrom(
  "exit 0",
  "exit 3",
  "exit 130",
  "exit 141",
  "exit 143",
  "exit 255",
  "kill -TERM $$",
  "kill -INT $$",
  "kill -KILL $$",
  "kill -PIPE $$",
  "kill -USR1 $$",
  "kill -SEGV $$",
  "exec echo last",
  "exec no-such-command",
  "(",
  "'",
  "fi",
  ": ${UNSET?is not set}",
  "true",
);

const { command } = fc.letrec<{ command: string }>((tie) => ({
  command: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    simple,
    tie("command").map((inner) => `( ${inner} )`),
    tie("command").map((inner) => `{ ${inner}; } >/dev/null`),
    tie("command").map((inner) => `{ ${inner}; } 2>&1 </dev/null`),
    tie("command").map((inner) => `if ${inner}; then echo yes; else echo no; fi`),
    tie("command").map((inner) => `for i in 1 2; do ${inner}; done`),
    tie("command").map((inner) => `x=$(${inner}); echo "<$x>"`),
    fc.tuple(tie("command"), tie("command")).map(([first, second]) => `${first} && ${second}`),
    fc.tuple(tie("command"), tie("command")).map(([first, second]) => `${first} || ${second}`),
    // In braces: `a & wait && b & wait` would run b beside a.
    tie("command").map((inner) => `{ { ${inner}; } & wait; }`),
  ),
}));

/** It goes on when the script itself is over. */
const left = command.map(
  (inner) => `( while kill -0 $$ 2>/dev/null; do sleep 0.05; done; ${inner} ) &`,
);

const script = fc
  .tuple(fc.array(command, { minLength: 1, maxLength: 4 }), fc.option(left, { freq: 3 }), ending)
  .map(([commands, after, end]) =>
    [...commands, ...(after === null ? [] : [after]), end].join("\n"),
  );

/** What runs one after another on the same host. */
export const sequence = fc.array(script, { minLength: 2, maxLength: 5 });
