// The forms in which a secret may come out again: as it is, quoted, escaped and encoded.

/** A line of a longer secret, such as a key, may come alone; a shorter one could be any text. */
const SHORTEST_LINE = 8;
/** Fewer characters of an encoded form may be part of other text. */
const SHORTEST_PART = 4;
/** How programs break base64 into lines. */
const BASE64_LINES = [76, 64];

/** Each form once, the longest first: a shorter one may be part of it. */
export function formsOf(value: string): readonly Buffer[] {
  const texts = [value, ...linesOf(value)].flatMap((text) => [
    text,
    ...quoted(text),
    ...percentEncoded(text),
    ...hex(text),
    ...base64(text),
  ]);
  return [...new Set(texts)]
    .map((text) => Buffer.from(text))
    .sort((one, other) => other.length - one.length);
}

function linesOf(value: string): readonly string[] {
  const lines = value.split(/\r?\n/u);
  return lines.length === 1 ? [] : lines.filter((line) => line.length >= SHORTEST_LINE);
}

/** As shells write it in a trace or with `%q`, and as JSON, HTML and C do. */
function quoted(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1);
  return [
    text.replaceAll("'", String.raw`'\''`),
    text.replaceAll("'", `'"'"'`),
    text.replaceAll("'", String.raw`\'`),
    text.replaceAll(/[ \t!"$&'()*,;<>?[\\\]^`{|}]/gu, String.raw`\$&`),
    json,
    json.replaceAll("/", String.raw`\/`),
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
    text
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      .replaceAll("'", "&#39;"),
  ];
}

function percentEncoded(text: string): readonly string[] {
  const usual = encodeURIComponent(text.toWellFormed());
  const strict = usual.replaceAll(
    /[!'()*]/gu,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const upper = [usual, strict, usual.replaceAll("%20", "+"), strict.replaceAll("%20", "+")];
  const lower = upper.map((one) => one.replaceAll(/%[\dA-F]{2}/gu, (code) => code.toLowerCase()));
  return [...upper, ...lower];
}

function hex(text: string): readonly string[] {
  const digits = Buffer.from(text).toString("hex");
  return [digits, digits.toUpperCase()];
}

/** Of the text wherever it stands among others: what stands before it shifts it by none, one or two bytes. */
function base64(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const shifted = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    const beforeIt = shift === 0 ? 0 : shift + 1;
    const tail = (shift + bytes.length) % 3;
    const whole = encoded.replace(/=+$/u, "");
    return whole.slice(beforeIt, tail === 0 ? undefined : -1);
  });
  const inLines = BASE64_LINES.filter((length) => (shifted[0] ?? "").length > length).flatMap(
    (length) => piecesOf(bytes.toString("base64").replace(/=+$/u, ""), length),
  );
  const alone = bytes.toString("base64");
  return [alone, alone.replace(/=+$/u, ""), ...shifted, ...inLines]
    .flatMap((part) => [part, part.replaceAll("+", "-").replaceAll("/", "_")])
    .filter((part) => part.length >= SHORTEST_PART);
}

/** Each line by itself: its end may be any. */
function piecesOf(text: string, length: number): readonly string[] {
  const pieces = text.match(new RegExp(`.{1,${String(length)}}`, "gu")) ?? [];
  return pieces.filter((piece) => piece.length >= SHORTEST_LINE);
}
