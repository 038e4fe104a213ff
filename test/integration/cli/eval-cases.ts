// What `re-ops eval` says of a text, and its exit code: the same wherever it is evaluated.
export const evalCases: readonly [text: string, code: number, out: RegExp, err: RegExp][] = [
  ["1 + 1", 0, /^2\n$/, /^$/],
  ["'a\\nb'", 0, /^a\nb\n$/, /^$/],
  ["undefined", 0, /^$/, /^$/],
  ["const a: number = 1; console.log(a); a + 1", 0, /^1\n2\n$/, /^$/],
  ["await Promise.resolve({ a: [1] })", 0, /^\{ a: \[1\] \}\n$/, /^$/],
  ["exec(new Hosts({}, ['web-1']), 'echo hi')", 0, /^1 ok\n✔ web-1 {2}hi\n$/, /^$/],
  [
    "run(ls(new Hosts({}, ['web-1']), '/'), pretty('x'))",
    0,
    /^\nRunning x summary:\n\n {2}✔ web-1\n\n$/,
    /^$/,
  ],
  ["ls(new Hosts({}, ['web-1']), '/absent')", 1, /x web-1 - exited with code 2/, /web-1 failed\n$/],
  ["import { main } from './program.ts'; main()", 0, /Running names summary/, /^$/],
  [
    "const x = ls(new Hosts({}, ['web-1']), '/')",
    0,
    /^not started: ls \/ on 1 host\n$/,
    /run\(x\)/,
  ],
  ["absent()", 2, /^$/, /^re-ops: ReferenceError: absent is not defined\n +at .*:1:1\n$/],
  ["({", 2, /^$/, /^re-ops: SyntaxError: /],
  ["new Hosts('x')", 2, /^$/, /array of host names .*\n.*\n +next: write new Hosts/],
  ["void run(ls(new Hosts({}, ['web-1']), '/'), () => 7)", 2, /^$/, /stage 1 gave a number/],
  [
    "await new Promise((go) => setTimeout(() => { setImmediate(go); throw new Error('late') }))",
    2,
    /^$/,
    /Error: late/,
  ],
];
