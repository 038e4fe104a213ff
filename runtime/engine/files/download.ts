// One copy from one host on its way: what the script sends goes into a temporary name, and to its place only when it is whole.
import { mkdir, open } from "node:fs/promises";
import path from "node:path";
import { PassThrough } from "node:stream";
import type { Copied } from "../../describe/pipelines/outcome.ts";
import { type Announced, readAnnounced } from "./download-script.ts";
import { LocalObstacle, asObstacle } from "./obstacle.ts";
import { place, prepareFolder, removeTemporary } from "./place.ts";
import { Tally } from "./tally.ts";
import { ByteReader } from "./tar/byte-reader.ts";
import { newTemporaryName } from "./temporary-name.ts";
import { unpackFolder } from "./unpack-folder.ts";

const LONGEST_LINE_BYTES = 200;

export interface DownloadSettings {
  /** The folder of this host. */
  readonly folder: string;
  /** The copy's name in it. */
  readonly name: string;
  readonly mode?: number | undefined;
  readonly times: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export class Download {
  readonly #settings: DownloadSettings;
  readonly #temporary: string;
  readonly #tally = new Tally();
  readonly #stream = new PassThrough();
  readonly #abort = new AbortController();
  readonly #received: Promise<LocalObstacle | undefined>;

  constructor(settings: DownloadSettings) {
    this.#settings = settings;
    this.#temporary = path.join(settings.folder, newTemporaryName());
    this.#received = this.#receive();
  }

  /** Aborted with the reason when this machine cannot go on: then the host need not either. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Takes a chunk; resolves when there is room for more. */
  take(chunk: Buffer): Promise<void> | undefined {
    if (this.#stream.destroyed || this.#stream.write(chunk)) return undefined;
    return new Promise((resolve) => {
      const done = () => {
        this.#stream.off("drain", done).off("close", done);
        resolve();
      };
      this.#stream.on("drain", done).on("close", done);
    });
  }

  /** The script has ended well: puts the copy to its place. Throws `LocalObstacle`. */
  async finish(): Promise<Copied> {
    this.#stream.end();
    const obstacle = await this.#received;
    if (obstacle !== undefined) throw obstacle;
    const to = path.join(this.#settings.folder, this.#settings.name);
    await place(this.#temporary, to);
    await removeTemporary(this.#temporary);
    return this.#tally.at(to);
  }

  /** It will not be whole: removes what there is of it. Throws `LocalObstacle` when it cannot. */
  async abandon(): Promise<void> {
    this.#stream.destroy();
    await this.#received;
    await removeTemporary(this.#temporary);
  }

  async #receive(): Promise<LocalObstacle | undefined> {
    const { folder } = this.#settings;
    const reader = new ByteReader(this.#stream);
    try {
      const announced = readAnnounced(await reader.line(LONGEST_LINE_BYTES));
      if (announced === undefined) throw new Error("the host did not say what it sends");
      await prepareFolder(folder, this.#settings.now);
      if (announced.kind === "file") await this.#receiveFile(reader, announced);
      else await this.#receiveFolder(reader);
      return undefined;
    } catch (error) {
      const obstacle = asObstacle(error, `take what the host sends into ${folder}`);
      this.#abort.abort(obstacle);
      return obstacle;
    } finally {
      this.#stream.destroy();
    }
  }

  async #receiveFile(
    reader: ByteReader,
    { mode, size, modifiedAt }: Extract<Announced, { kind: "file" }>,
  ): Promise<void> {
    const handle = await open(this.#temporary, "wx", 0o600);
    let bytes = 0;
    try {
      for await (const piece of reader.remains()) {
        await handle.writeFile(piece);
        bytes += piece.length;
      }
      await handle.chmod(this.#settings.mode ?? mode);
      if (this.#settings.times) await handle.utimes(modifiedAt, modifiedAt);
    } finally {
      await handle.close();
    }
    if (bytes < size) {
      throw new LocalObstacle(
        `the host sent ${String(bytes)} of ${String(size)} bytes: the file changed while it was copied`,
        "copy it again when nobody writes into it",
      );
    }
    this.#tally.addFile(bytes);
  }

  async #receiveFolder(reader: ByteReader): Promise<void> {
    const { mode, times } = this.#settings;
    await mkdir(this.#temporary, { mode: 0o700 });
    await unpackFolder(reader, this.#temporary, this.#tally, { mode, times });
  }
}
