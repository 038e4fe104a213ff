// Packages, built-ins and CommonJS by Node's own rules, as if the user's file had imported them; `re-ops` is always ours.
import { randomUUID } from "node:crypto";
import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

export interface NodeModules {
  /** The address of what `specifier` means in `file`; throws Node's error when there is no such thing. */
  resolve(specifier: string, file: string): string;
  /** In a box, because a module may export `then`. */
  load(
    specifier: string,
    file: string,
    attributes: Readonly<Record<string, string>>,
  ): Promise<{ readonly namespace: object }>;
  dispose(): void;
}

/** `reops`: what every `import "re-ops"` in this process gets, packages' too. */
export function connectNodeModules(reops: object): NodeModules {
  const id = randomUUID();
  const lookUp = `re-ops-resolve-${id}:`;
  const importer = `re-ops-import-${id}:`;
  const instance = `re-ops-instance-${id}:exports`;

  // Source text can reach our objects by a global only; this one has an unguessable key and goes with the evaluator.
  const handover = Symbol.for(instance);
  Object.defineProperty(globalThis, handover, { value: reops, configurable: true });

  const hooks = registerHooks({
    resolve(specifier, context, next) {
      if (specifier === "re-ops") return { url: instance, format: "module", shortCircuit: true };
      if (specifier.startsWith(importer)) {
        return { url: specifier, format: "module", shortCircuit: true };
      }
      if (specifier.startsWith(lookUp)) {
        const request = readRequest(specifier, lookUp);
        return next(request.specifier, { ...context, parentURL: request.parent });
      }
      if (context.parentURL?.startsWith(importer) === true) {
        const { parent } = readRequest(context.parentURL, importer);
        return next(specifier, { ...context, parentURL: parent });
      }
      return next(specifier, context);
    },
    load(url, context, next) {
      if (url === instance) {
        return { format: "module", source: instanceSource(reops, instance), shortCircuit: true };
      }
      if (!url.startsWith(importer)) return next(url, context);
      return {
        format: "module",
        source: importerSource(readRequest(url, importer)),
        shortCircuit: true,
      };
    },
  });

  return {
    resolve: (specifier, file) =>
      import.meta.resolve(lookUp + writeRequest({ specifier, parent: pathToFileURL(file).href })),
    async load(specifier, file, attributes) {
      const parent = pathToFileURL(file).href;
      const request = writeRequest({ specifier, parent, attributes });
      const { box } = (await import(importer + request)) as { box: { namespace: object } };
      return box;
    },
    dispose() {
      hooks.deregister();
      Reflect.deleteProperty(globalThis, handover);
    },
  };
}

interface Request {
  readonly specifier: string;
  readonly parent: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

function writeRequest(request: Request): string {
  return encodeURIComponent(JSON.stringify(request));
}

function readRequest(url: string, scheme: string): Request {
  return JSON.parse(decodeURIComponent(url.slice(scheme.length))) as Request;
}

function importerSource({ specifier, attributes = {} }: Request): string {
  const withAttributes =
    Object.keys(attributes).length === 0 ? "" : ` with ${JSON.stringify(attributes)}`;
  return `import * as namespace from ${JSON.stringify(specifier)}${withAttributes};
export const box = { namespace };`;
}

function instanceSource(reops: object, instance: string): string {
  const names = Object.keys(reops).map((name) => `${name} as ${JSON.stringify(name)}`);
  return `const { ${Object.keys(reops).join(", ")} } = globalThis[Symbol.for(${JSON.stringify(instance)})];
export { ${names.join(", ")} };`;
}
