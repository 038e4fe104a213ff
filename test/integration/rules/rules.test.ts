// Every rule of docs/rules.md, in both ways in which user code is evaluated: what the page shows is what comes.
import { readFileSync } from "node:fs";
import { after, describe, test } from "node:test";
import { drive } from "./drive.ts";
import { openOwnProcess } from "./in-own-process.ts";
import { openServer } from "./in-server.ts";
import { readRules } from "./page.ts";

const page = new URL("../../../docs/rules.md", import.meta.url);
const rules = readRules(readFileSync(page, "utf8"));
const bindings = {
  "through a server": await openServer({ after }),
  "in a process of its own": await openOwnProcess({ after }),
};

for (const [where, binding] of Object.entries(bindings)) {
  describe(where, () => {
    for (const [index, rule] of rules.entries()) {
      test(rule.name, () => drive(rule, `rule-${String(index)}`, binding));
    }
  });
}
