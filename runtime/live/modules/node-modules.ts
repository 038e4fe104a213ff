// Packages, built-ins and CommonJS by Node's own rules, as if the user's file had imported them; `re-ops` is always ours.
import { randomUUID } from "node:crypto";
import { registerHooks } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

export interface NodeModules {
  /** The address of what `specifier`, which may be an absolute path, means in `file`; throws Node's error when there is no such thing. */
  resolve(specifier: string, file: string): string;
  /** In a box, because a module may export `then`. */
  load(
    specifier: string,
    file: string,
    attributes: Readonly<Record<string, string>>,
  ): Promise<{ readonly namespace: object }>;
  dispose(): void;
}

/** `own`: what every import of our own names (`re-ops`, `re-ops/live`) in this process gets, packages' too. */
export function connectNodeModules(own: Readonly<Record<string, object>>): NodeModules {
  const id = randomUUID();
  const lookUp = `re-ops-resolve-${id}:`;
  const importer = `re-ops-import-${id}:`;
  const instance = `re-ops-instance-${id}:`;

  // Source text can reach our objects by a global only; this one has an unguessable key and goes with the evaluator.
  const handover = Symbol.for(instance);
  Object.defineProperty(globalThis, handover, { value: own, configurable: true });

  const hooks = registerHooks({
    resolve(specifier, context, next) {
      if (Object.hasOwn(own, specifier)) {
        return { url: instance + specifier, format: "module", shortCircuit: true };
      }
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
      if (url.startsWith(instance)) {
        const source = instanceSource(own, instance, url.slice(instance.length));
        return { format: "module", source, shortCircuit: true };
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
      import.meta.resolve(
        lookUp +
          writeRequest({ specifier: asAddress(specifier), parent: pathToFileURL(file).href }),
      ),
    async load(specifier, file, attributes) {
      const parent = pathToFileURL(file).href;
      const request = writeRequest({ specifier: asAddress(specifier), parent, attributes });
      const { box } = (await import(importer + request)) as { box: { namespace: object } };
      return box;
    },
    dispose() {
      hooks.deregister();
      Reflect.deleteProperty(globalThis, handover);
    },
  };
}

function asAddress(specifier: string): string {
  return path.isAbsolute(specifier) ? pathToFileURL(specifier).href : specifier;
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

function instanceSource(
  own: Readonly<Record<string, object>>,
  instance: string,
  specifier: string,
): string {
  const names = Object.keys(own[specifier] ?? {});
  const exported = names.map((name) => `${name} as ${JSON.stringify(name)}`);
  const from = `globalThis[Symbol.for(${JSON.stringify(instance)})][${JSON.stringify(specifier)}]`;
  return `const { ${names.join(", ")} } = ${from};
export { ${exported.join(", ")} };`;
}
