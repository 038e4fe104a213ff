// Where a stage was written, asked of the JavaScript engine itself: a stage that gave nothing left no stack to read.
import { findSourceMap, type SourceMap } from "node:module";
import { Session } from "node:inspector";
import { fileURLToPath } from "node:url";
import { isOurs, type Place } from "../place.ts";

interface Location {
  readonly scriptId: string;
  /** From 0. */
  readonly lineNumber: number;
  readonly columnNumber: number;
}

const PROBE = Symbol.for("re-ops.stage-place");

/** The place of a function in its file, if it is one of the user's. Costs milliseconds: for errors only. */
export function placeOfFunction(given: unknown): Place | undefined {
  const session = new Session();
  session.connect();
  try {
    const urls = listScripts(session);
    const location = locate(session, given);
    const url = location && urls.get(location.scriptId);
    return url === undefined || location === undefined
      ? undefined
      : toPlace(url, location, String(given));
  } finally {
    session.disconnect();
  }
}

function listScripts(session: Session): ReadonlyMap<string, string> {
  const urls = new Map<string, string>();
  session.on("Debugger.scriptParsed", ({ params }) => urls.set(params.scriptId, params.url));
  session.post("Debugger.enable");
  session.post("Debugger.disable");
  return urls;
}

/** Calls back at once, since the session is of this very thread. */
function locate(session: Session, given: unknown): Location | undefined {
  let location: Location | undefined;
  Object.defineProperty(globalThis, PROBE, { value: given, configurable: true });
  session.post(
    "Runtime.evaluate",
    { expression: `globalThis[Symbol.for(${JSON.stringify(PROBE.description)})]` },
    (_error, answer) => {
      const objectId = answer?.result?.objectId;
      if (objectId === undefined) return;
      session.post("Runtime.getProperties", { objectId }, (_failure, properties) => {
        const found = properties?.internalProperties?.find(
          (property) => property.name === "[[FunctionLocation]]",
        );
        location = found?.value?.value as Location | undefined;
      });
    },
  );
  Reflect.deleteProperty(globalThis, PROBE);
  return location;
}

function toPlace(url: string, location: Location, text: string): Place | undefined {
  const [address = url] = url.split("?");
  if (!address.startsWith("file://")) return undefined;
  const file = fileURLToPath(address);
  if (isOurs(file)) return undefined;
  const map = findSourceMap(url);
  const { line, column } = (map && mapped(map, location, text)) ?? {
    line: location.lineNumber,
    column: location.columnNumber,
  };
  return { file, line: line + 1, column: column + 1 };
}

/** The first thing inside the function that the map knows: it may know nothing of where a function itself begins. */
function mapped(
  map: SourceMap,
  start: Location,
  text: string,
): { line: number; column: number } | undefined {
  for (const [index, line] of text.split("\n").entries()) {
    const from = index === 0 ? start.columnNumber : 0;
    for (let column = from; column < from + line.length; column++) {
      const entry = map.findEntry(start.lineNumber + index, column);
      if (!("generatedColumn" in entry)) continue;
      const isInside =
        entry.generatedLine === start.lineNumber + index && entry.generatedColumn >= from;
      if (isInside) return { line: entry.originalLine, column: entry.originalColumn };
    }
  }
  return undefined;
}
