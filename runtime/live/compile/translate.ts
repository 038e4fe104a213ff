// From a rewritten piece of TypeScript to JavaScript text that shows the user's own lines in every stack trace.
import remapping, { type EncodedSourceMap } from "@jridgewell/remapping";
import { MagicString } from "magic-string";
import { transformSync } from "oxc-transform";
import { languageOf } from "../text/syntax.ts";
import type { Span } from "../text/syntax.ts";

/** A piece of a file's text under edit; every offset counts from the beginning of the file. */
export interface Edit {
  replace(span: Span, text: string): void;
  remove(span: Span): void;
  move(span: Span, to: number): void;
  before(offset: number, text: string): void;
  after(offset: number, text: string): void;
  readonly result: MagicString;
}

export interface Origin {
  /** A `file:` address. */
  readonly url: string;
  /** What tells this evaluation from every other one of the same file. */
  readonly version: number;
  /** Where the piece begins in its file, 1-based. */
  readonly line: number;
  readonly column: number;
}

/** What stands round the JavaScript; `head` and `tail` are a line each. */
export interface Wrapper {
  readonly head: string;
  readonly tail: string;
}

export function editPiece(text: string, piece: Span): Edit {
  const result = new MagicString(text.slice(piece.start, piece.end), { offset: -piece.start });
  return {
    result,
    replace: ({ start, end }, replacement) => void result.update(start, end, replacement),
    remove: ({ start, end }) => {
      if (start < end) result.remove(start, end);
    },
    move: ({ start, end }, to) => void result.move(start, end, to),
    before: (offset, inserted) => void result.appendRight(offset, inserted),
    after: (offset, inserted) => void result.appendLeft(offset, inserted),
  };
}

/** JavaScript, with a map to the text that it was made from. */
export interface Translated {
  readonly code: string;
  readonly map: EncodedSourceMap;
}

/**
 * The text for an indirect `eval`. The map has no copy of the source; the address is unique, so that an older version
 * of a function keeps its own map.
 */
export function translate(
  edit: Edit,
  toJavaScript: (text: string) => Translated,
  origin: Origin,
  wrapper: Wrapper,
): string {
  const { code, map } = toJavaScript(edit.result.toString());
  const mappings = mapThrough(map, mappingsToFile(edit, origin), origin.url);
  return [wrapper.head, code, wrapper.tail, mapComment(mappings, origin)].join("\n");
}

/** The mappings of a translation, led on through those of the text that it was made from, to the file. */
export function mapThrough(map: EncodedSourceMap, mappings: Mappings, url: string): string {
  const toFile = { version: 3 as const, names: [], sources: [url], mappings };
  return String(remapping([map, toFile], () => null, { excludeContent: true }).mappings);
}

/** The address of code that begins on its second line, and its map. */
export function mapComment(
  mappings: string,
  { url, version }: Pick<Origin, "url" | "version">,
): string {
  const json = JSON.stringify({ version: 3, names: [], sources: [url], mappings: `;${mappings}` });
  const map = Buffer.from(json).toString("base64");
  return `//# sourceURL=${url}?${version}\n//# sourceMappingURL=data:application/json;base64,${map}`;
}

/** Takes the types away, and turns what only TypeScript has into JavaScript. */
export function translateTypes(file: string, text: string): Translated {
  const { code, map, errors } = transformSync(file, text, {
    lang: languageOf(file),
    sourceType: "module",
    target: "esnext",
    sourcemap: true,
    typescript: { onlyRemoveTypeImports: true },
  });
  const [mistake] = errors;
  if (mistake !== undefined || map === undefined) {
    throw new SyntaxError(mistake?.message ?? "This cannot be turned into JavaScript");
  }
  return { code, map: { ...map, version: 3 } };
}

export type Mappings = ReturnType<MagicString["generateDecodedMap"]>["mappings"];

/** Line by line of the edited text, where each part stands in the file. */
export function mappingsToFile(edit: Edit, origin: Pick<Origin, "line" | "column">): Mappings {
  const map = edit.result.generateDecodedMap({ hires: "boundary" });
  return map.mappings.map((line) =>
    line.map((segment): typeof segment => {
      if (segment.length === 1) return segment;
      const [generated, source, sourceLine, sourceColumn] = segment;
      const shift = sourceLine === 0 ? origin.column - 1 : 0;
      return [generated, source, sourceLine + origin.line - 1, sourceColumn + shift];
    }),
  );
}
