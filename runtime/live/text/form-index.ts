// Finds the forms of a text by their place, in a time that does not grow with the text.
import type { Form } from "./form.ts";
import type { Span } from "./syntax.ts";

/** Gives the forms that a span touches, in their order. */
export function indexByPlace(forms: readonly Form[]): (span: Span) => Form[] {
  const places = placesOf(forms);
  return (span) => {
    const touched = new Set<Form>();
    for (let at = firstEndingAfter(places, span.start); at < places.length; at += 1) {
      const place = places[at];
      if (place === undefined || place.start >= span.end) break;
      touched.add("form" in place ? place.form : place);
    }
    return [...touched].sort((one, other) => one.start - other.start);
  };
}

/** Which form declares a name, the last of several: by its place in the list, which is the same in an edited text with the same names. */
export class NameIndex {
  readonly #forms: readonly Form[];
  #places: ReadonlyMap<string, number> | undefined;

  constructor(forms: readonly Form[]) {
    this.#forms = forms;
  }

  placeOf(name: string): number | undefined {
    this.#places ??= new Map(
      this.#forms.flatMap(({ names }, place) => names.map((one): [string, number] => [one, place])),
    );
    return this.#places.get(name);
  }
}

/** Parts of forms beside each other never overlap: by their beginnings they are in order of their ends too. */
function placesOf(forms: readonly Form[]): readonly (Form | (Span & { readonly form: Form }))[] {
  if (!forms.some(({ isApart }) => isApart)) return forms;
  return forms
    .flatMap((form) => form.parts.map(({ start, end }) => ({ start, end, form })))
    .sort((one, other) => one.start - other.start);
}

function firstEndingAfter(places: readonly Span[], offset: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle]?.end ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
