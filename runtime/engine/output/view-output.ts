// What is shown of an output: the beginning and the end of each stream as text, how much there is, and pages of it on demand.
import type { OutputPage, OutputView } from "../../protocol/runs.ts";
import type { OutputStream, ReadableOutput } from "./host-output.ts";
import { type StreamText, textOf } from "./text-of.ts";
import { unfinishedBytes } from "./utf8.ts";

/** Bytes that are shown of each stream's end, when the beginning does not reach it. */
const TAIL_BYTES = 16 * 1024;

export async function viewOutput(output: ReadableOutput, headBytes: number): Promise<OutputView> {
  const { ended, lost, folder } = output;
  const [out, err] = await Promise.all([
    viewStream(output, "out", headBytes),
    viewStream(output, "err", headBytes),
  ]);
  return {
    out: out.text,
    err: err.text,
    bytes: { out: output.bytes("out"), err: output.bytes("err") },
    hidden: out.cut + err.cut,
    replaced: out.replaced + err.replaced,
    lost: ended ? lost : 0,
    ...(folder !== undefined && { folder }),
  };
}

export async function readPage(
  output: ReadableOutput,
  stream: OutputStream,
  offset: number,
  bytes: number,
): Promise<OutputPage> {
  const page = await output.read(stream, offset, bytes);
  const all = output.bytes(stream);
  const isLast = output.ended && offset + page.length >= all;
  const whole = isLast ? page : page.subarray(0, page.length - unfinishedBytes(page));
  return { text: whole.toString("utf8"), next: offset + whole.length, bytes: all };
}

async function viewStream(
  output: ReadableOutput,
  stream: OutputStream,
  headBytes: number,
): Promise<StreamText> {
  const bytes = output.bytes(stream);
  const head = await output.read(stream, 0, Math.min(headBytes, bytes));
  const start = Math.max(head.length, bytes - TAIL_BYTES);
  const tail = await output.read(stream, start, bytes - start);
  return textOf({ head, tail, bytes, ended: output.ended });
}
