// Who may import whom. Each rule's comment tells the offender what to do instead.

const ours = "^(?:runtime|language-server|extension|scripts|test|examples)/(?!node_modules/)";
const ourTests = "\\.test\\.ts$|(?:^|/)samples\\.ts$";
const doesIO =
  "^(?:node:)?(?:fs|net|dgram|dns|tls|http|http2|https|child_process|cluster|worker_threads|sqlite|timers|readline|os|process)(?:/|$)";

export type LayerRule = {
  name: string;
  comment: string;
  from: Record<string, unknown>;
  to: Record<string, unknown>;
};

/** The folders of the engine, from the ground up: each may use those before it. */
const engineFolders = [
  "waiting",
  "questions",
  "trust",
  "transports",
  "shell",
  "connections",
  "secrets",
  "runs",
];

export const layerRules: readonly LayerRule[] = [
  {
    name: "describe-imports-describe-and-port",
    comment:
      "runtime/describe holds values only. Move what does the work to runtime/engine and reach it through runtime/port.ts.",
    from: { path: "^runtime/describe/", pathNot: ourTests },
    to: { path: ours, pathNot: "^runtime/(?:describe/|port\\.ts$)" },
  },
  {
    name: "describe-does-nothing",
    comment:
      "runtime/describe touches no network, disk, process or clock. Let the engine do it and hand the value in through runtime/port.ts.",
    from: { path: "^runtime/(?:describe/|port\\.ts$)", pathNot: ourTests },
    to: { dependencyTypes: ["core"], path: doesIO },
  },
  {
    name: "port-imports-types-of-describe",
    comment:
      "runtime/port.ts is the one interface between describing and doing: it may name describe's types (import type) and nothing else of ours.",
    from: { path: "^runtime/port\\.ts$" },
    to: { path: ours, dependencyTypesNot: ["type-only"] },
  },
  {
    name: "live-imports-describe-port-and-protocol",
    comment:
      "User code lives here, without connections, tables or secrets. What it needs done goes through runtime/port.ts to the engine; wire types come from runtime/protocol.",
    from: { path: "^runtime/live/", pathNot: ourTests },
    to: {
      path: ours,
      pathNot: "^runtime/(?:live/|describe/|port\\.ts$|public\\.ts$|protocol/|rpc/)",
    },
  },
  {
    name: "live-text-stands-alone",
    comment:
      "Texts, forms and ranges are read by the server too, which evaluates nothing. What runs, fails or is shown belongs in another folder of runtime/live, above text/.",
    from: { path: "^runtime/live/text/", pathNot: ourTests },
    to: { path: "^runtime/live/", pathNot: "^runtime/live/text/" },
  },
  {
    name: "engine-never-imports-live",
    comment:
      "The engine never sees user code: it gets described steps through runtime/port.ts. Put what both need into protocol or describe.",
    from: { path: "^runtime/engine/", pathNot: ourTests },
    to: {
      path: "^runtime/(?:live|client|in-process|cli)/|^runtime/[^/]+\\.ts$",
      pathNot: "^runtime/port\\.ts$",
    },
  },
  {
    name: "protocol-imports-nothing-of-ours",
    comment:
      "Whatever speaks to a process reads runtime/protocol, also where nothing else of ours may go. Define the type here, or convert at the edge.",
    from: { path: "^runtime/protocol/", pathNot: ourTests },
    to: { path: ours, pathNot: "^runtime/protocol/" },
  },
  {
    name: "protocol-needs-no-node",
    comment:
      "runtime/protocol is read by pages too, which have no Node. Keep schemas and types only.",
    from: { path: "^runtime/protocol/", pathNot: ourTests },
    to: { dependencyTypes: ["core"] },
  },
  {
    name: "runtime-knows-no-editor",
    comment:
      "The runtime is a library and a command line of its own. Let the language server or the extension import it, never the other way round.",
    from: { path: "^runtime/" },
    to: { path: "^(?:language-server|extension|scripts)/" },
  },
  {
    name: "vscode-only-in-extension",
    comment:
      "Only extension/ speaks to VS Code. Hand the value in, or move the code to extension/.",
    from: { path: ours, pathNot: "^(?:extension/|test/(?:e2e|bench)/)" },
    to: { path: "^vscode$" },
  },
  {
    name: "core-thinks-without-vscode",
    comment:
      "extension/core is tested without VS Code. Give it plain values and let its caller speak to VS Code.",
    from: { path: "^extension/core/" },
    to: { path: "^vscode$|^extension/(?!core/)" },
  },
  {
    name: "extension-uses-doors-only",
    comment:
      "The extension shows and asks. It talks to the server by message: import re-ops/client and re-ops/protocol, nothing deeper.",
    from: { path: "^extension/", pathNot: ourTests },
    to: {
      path: "^(?:runtime|language-server)/",
      pathNot: "^runtime/(?:client|protocol)/index\\.ts$",
    },
  },
  {
    name: "language-server-uses-doors-only",
    comment:
      "Import re-ops/server, re-ops/client, re-ops/protocol or re-ops/syntax; a deeper import ties the server to how the runtime is built. The extension is a client, never a library.",
    from: { path: "^language-server/", pathNot: ourTests },
    to: {
      path: "^(?:runtime|extension|scripts)/",
      pathNot:
        "^runtime/(?:server\\.ts|syntax\\.ts|index\\.ts|client/index\\.ts|protocol/index\\.ts)$",
    },
  },
  {
    name: "ssh2-only-in-its-transport",
    comment:
      "No contract may depend on ssh2's types: only the transport that wraps it knows them. Say what you need in the transport's own words.",
    from: {
      path: ours,
      pathNot: "^runtime/engine/(?:transports|connections|trust)/|^scripts/demo-fleet/|^test/",
    },
    to: { path: "(?:^|/)(?:@types/)?ssh2(?:/|$)" },
  },
  {
    name: "ssh-transports-stand-alone",
    comment:
      "ssh2 and the system's ssh are two ways to the same host, and neither needs the other. What both need belongs one level up, in transports/ssh.",
    from: { path: "^runtime/engine/transports/ssh/(ssh2|openssh)/", pathNot: ourTests },
    to: {
      path: "^runtime/engine/transports/ssh/(?:ssh2|openssh)/",
      pathNot: "^runtime/engine/transports/ssh/$1/",
    },
  },
  ...engineFolders.slice(0, -1).map((folder, place) => ({
    name: `engine-${folder}-uses-what-is-below`,
    comment: `The engine's folders stand on each other: ${engineFolders.join(" < ")}. What two of them need belongs below both.`,
    from: { path: `^runtime/engine/${folder}/`, pathNot: ourTests },
    to: { path: `^runtime/engine/(?:${engineFolders.slice(place + 1).join("|")})/` },
  })),
  {
    name: "no-typescript-at-run-time",
    comment:
      "Neither runtime, server nor extension carries a compiler. Use runtime/live/text/syntax.ts; typescript is for scripts.",
    from: { path: "^(?:runtime|language-server|extension)/", pathNot: ourTests },
    to: { path: "(?:^|/)typescript(?:/|$)" },
  },
  {
    name: "esbuild-only-for-decorators",
    comment:
      "esbuild is a program that is started for each call: only forms with decorators pay for it. Use oxc, as runtime/live/compile/translate.ts does.",
    from: {
      path: "^(?:runtime|language-server|extension)/",
      pathNot: `${ourTests}|^runtime/live/compile/decorators\\.ts$`,
    },
    to: { path: "(?:^|/)esbuild(?:/|$)" },
  },
  {
    name: "nobody-imports-tests",
    comment: "What tests use is made for tests. Move what the product needs out of test/.",
    from: { path: ours, pathNot: `^test/|${ourTests}` },
    to: { path: "^test/|\\.test\\.ts$" },
  },
  {
    name: "no-cycles",
    comment:
      "Two files that import each other are one file, or a third one is missing. Types alone may go both ways.",
    from: { path: ours },
    to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
  },
  {
    name: "everything-resolves",
    comment:
      "This import leads nowhere: mend the path, or add the package to the right package.json.",
    from: { path: ours },
    to: { couldNotResolve: true, pathNot: "^vscode$" },
  },
];
