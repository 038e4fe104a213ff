// Room on disk for what the runs under way print: what one takes, the others lack until it is over.

export class DiskRoom {
  #free: number;

  constructor(bytes: number) {
    this.#free = bytes;
  }

  /** Gives how many of these bytes there is room for. */
  take(bytes: number): number {
    const granted = Math.min(bytes, this.#free);
    this.#free -= granted;
    return granted;
  }

  giveBack(bytes: number): void {
    this.#free += bytes;
  }
}
