// Questions say for whom else they stand, and how to be asked less often.
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeSecretQuestion } from "./question-words.ts";

const host = "root@web-1:22";

test("a question for which others wait says how many, what declining means, and how to be asked once", () => {
  const { title, detail } = describeSecretQuestion({
    what: "password",
    host,
    retry: false,
    others: 12,
  });
  assert.equal(title, "Password of root@web-1:22");
  assert.equal(
    detail,
    '12 more hosts wait to ask for their own; after declining this one you are asked for none of those. One question for all of them: password: secret("login") in their Hosts.',
  );
  const hop = "root@gate:22";
  const ofHop = describeSecretQuestion({ what: "password", host, hop, retry: false, others: 12 });
  assert.doesNotMatch(ofHop.detail ?? "", /Hosts\.$/u, "it is not named there");
  const prompt = "Code:";
  const code = describeSecretQuestion({ what: "code", host, prompt, retry: false, others: 1 });
  assert.equal(
    code.detail,
    "These are the host's own words. 1 more host waits to ask for its own; after declining this one you are not asked for that either.",
  );
});

test("a question for which nobody else waits says no more than what it is for", () => {
  assert.deepEqual(describeSecretQuestion({ what: "sudo password", host, retry: true }), {
    title: "sudo password on root@web-1:22",
  });
});
