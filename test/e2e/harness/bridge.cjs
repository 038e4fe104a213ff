// Runs inside VS Code's extension host as "the tests": evaluates functions that are posted to its socket, with `vscode` in scope.
"use strict";
const http = require("node:http");
const path = require("node:path");
const vscode = require("vscode");

/** Serves, at a socket in this folder, until it is asked to end; VS Code then ends the extension host in good order. */
exports.serve = function serve(folder) {
  return new Promise((resolve, reject) => {
    const server = http.createServer((request, response) => {
      if (request.url === "/end") {
        response.end("{}", () => resolve());
        server.close();
        return;
      }
      void answer(request).then((text) => response.end(text));
    });
    server.on("error", reject);
    server.listen(path.join(folder, String(process.pid)));
  });
};

async function answer(request) {
  try {
    const { source, argument } = JSON.parse(await readAll(request));
    // oxlint-disable-next-line no-eval -- this is what the bridge is for
    const value = await (0, eval)(`(${source})`)(vscode, argument);
    return JSON.stringify({ pid: process.pid, value });
  } catch (error) {
    return JSON.stringify({ pid: process.pid, error: String((error && error.stack) || error) });
  }
}

async function readAll(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}
