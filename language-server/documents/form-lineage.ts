// Follows forms through edits: one that declares nothing has only its code to be known by, which every edit changes.

export class FormLineage {
  #codes: readonly string[] = [];
  #ancestors: readonly string[] = [];

  /**
   * The codes that the forms of a text had before they were edited; a new form's is its own. Forms before and behind an
   * edit tell where it is: between them, as many forms as there were are the same ones, edited.
   */
  ancestorsOf(codes: readonly string[]): readonly string[] {
    const most = Math.min(codes.length, this.#codes.length);
    const before = countWhile(most, (index) => codes[index] === this.#codes[index]);
    const behind = countWhile(
      most - before,
      (index) => codes.at(-1 - index) === this.#codes.at(-1 - index),
    );
    const edited = codes.slice(before, codes.length - behind);
    const were = this.#ancestors.slice(before, this.#ancestors.length - behind);
    return [
      ...this.#ancestors.slice(0, before),
      ...(edited.length === were.length ? were : edited),
      ...this.#ancestors.slice(this.#ancestors.length - behind),
    ];
  }

  /** Remembers these forms; `ancestors` as above, but for those that have a new beginning. */
  follow(codes: readonly string[], ancestors: readonly string[]): void {
    this.#codes = codes;
    this.#ancestors = ancestors;
  }
}

function countWhile(most: number, isSo: (index: number) => boolean): number {
  let count = 0;
  while (count < most && isSo(count)) count += 1;
  return count;
}
