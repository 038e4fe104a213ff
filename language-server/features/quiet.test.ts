// A document is looked at once its text rests; the longer looking takes, the later.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TextDocuments } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { followQuiet } from "./quiet.ts";

type Documents = TextDocuments<TextDocument>;
type Listener = Parameters<Documents["onDidChangeContent"]>[0];

function open(costMs: number) {
  const document = TextDocument.create("file:///a.ts", "typescript", 1, "");
  const listeners: { change?: Listener; close?: Listener } = {};
  const stopListening = { dispose() {} };
  let nowMs = 0;
  let isOpen = true;
  const quiet = followQuiet(
    {
      get: () => (isOpen ? document : undefined),
      onDidChangeContent: (listener: Listener) => {
        listeners.change = listener;
        return stopListening;
      },
      onDidClose: (listener: Listener) => {
        listeners.close = listener;
        return stopListening;
      },
    },
    () => nowMs,
  );
  const looks: string[] = [];
  for (const name of ["first", "second"]) {
    quiet.onQuiet(() => {
      looks.push(name);
      nowMs += costMs / 2;
    });
  }
  return {
    quiet,
    looks,
    change: () => {
      void listeners.change?.({ document });
    },
    close: () => {
      isOpen = false;
      void listeners.close?.({ document });
    },
  };
}

test("all look in one turn, in their order, after the last of several edits", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { change, looks } = open(0);
  change();
  t.mock.timers.tick(199);
  change();
  t.mock.timers.tick(199);
  assert.deepEqual(looks, []);
  t.mock.timers.tick(1);
  assert.deepEqual(looks, ["first", "second"]);
  t.mock.timers.tick(1000);
  assert.equal(looks.length, 2);
});

test("what took 100 ms is looked at only after 500 ms of rest", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { change, looks } = open(100);
  change();
  t.mock.timers.tick(200);
  assert.equal(looks.length, 2);
  change();
  t.mock.timers.tick(499);
  assert.equal(looks.length, 2);
  t.mock.timers.tick(1);
  assert.equal(looks.length, 4);
});

test("a document that was closed, and all once it is disposed, are looked at no more", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const closed = open(0);
  closed.change();
  closed.close();
  const disposed = open(0);
  disposed.change();
  disposed.quiet.dispose();
  t.mock.timers.tick(1000);
  assert.deepEqual([...closed.looks, ...disposed.looks], []);
});
