// Writes each message in the turn in which it is sent. The writer of the library does so some promises later, and a loop
// of user code that is broken off in between would leave it locked for ever.
import type { Writable } from "node:stream";
import { AbstractMessageWriter, type Message, type MessageWriter } from "vscode-jsonrpc/node";

export class WriteAtOnce extends AbstractMessageWriter implements MessageWriter {
  readonly #output: Writable;

  constructor(output: Writable) {
    super();
    this.#output = output;
    output.on("error", (error) => {
      this.fireError(error);
    });
    output.on("close", () => {
      this.fireClose();
    });
  }

  write(message: Message): Promise<void> {
    const body = Buffer.from(JSON.stringify(message));
    const head = `Content-Length: ${String(body.byteLength)}\r\n\r\n`;
    return new Promise((resolve, reject) => {
      this.#output.write(Buffer.concat([Buffer.from(head), body]), (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  end(): void {
    this.#output.end();
  }
}
